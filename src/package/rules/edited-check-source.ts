import { join } from 'node:path';
import { isWrittenByInit } from '../written-by-init.ts';
import type { Reason, Rules } from './known-rules.ts';

/**
 * Returns why debhelper must build the package if debian/check-source is missing or not as init wrote it. The reason is
 * that dkms-deb does not run this program. Returns undefined if the program is unchanged or not called.
 */
export async function editedCheckSource(debian: string, rules: Rules): Promise<Reason | undefined> {
  if (!rules.checksSource || (await isWrittenByInit(debian, 'check-source'))) return undefined;
  return {
    where: { file: join(debian, 'check-source') },
    why: 'the script is missing, or differs from what dkms-deb init wrote',
  };
}
