import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ofTree } from '../../system/text/command-places.ts';
import { MANIFEST } from './allowed-files.ts';

/**
 * Returns the command that adds what is missing in a debian/. Without --force, init changes nothing in a debian/ that
 * init did not make.
 */
export function initCommand(debian: string): string {
  const ofOthers = existsSync(join(debian, 'control')) && !existsSync(join(debian, MANIFEST));
  return `dkms-deb init${ofOthers ? ' --force' : ''}${ofTree(dirname(debian))}`;
}
