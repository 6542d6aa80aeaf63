import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MANIFEST } from '../dkms/source/allowed-files.ts';
import { ofTree } from '../system/text/command-places.ts';
import { isWrittenByInit } from './written-by-init.ts';

/**
 * Returns the part of a hint that tells how to let debhelper build a package instead of dkms-deb. init changes
 * debian/rules only if init wrote this file and the user did not edit it; otherwise the user has to change the file.
 */
export async function letDebhelperBuild(debian: string): Promise<string> {
  const writes = existsSync(join(debian, 'rules'))
    ? await isWrittenByInit(debian, 'rules')
    : existsSync(join(debian, MANIFEST));
  return writes
    ? `let debhelper build the package: dkms-deb init --rules dh${ofTree(dirname(debian))}`
    : 'let debhelper build the package: call `dh $@` in debian/rules, and add debhelper-compat (= 13) and dh-sequence-dkms to Build-Depends';
}
