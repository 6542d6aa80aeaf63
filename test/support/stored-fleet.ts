import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { linkedStore } from './kernel-store.ts';
import type { Sandbox } from './sandbox.ts';

/** Options with which plan and run need no archive: the store of the sandbox has the kernels. */
export const OFFLINE = ['--offline', '--store', 'store'];

/** Writes a driver with one file below the sandbox. */
export async function writeDriver(
  { directory }: Sandbox,
  name: string,
  code: string,
  conf = '',
): Promise<void> {
  const tree = join(directory, name);
  await mkdir(tree, { recursive: true });
  await writeFile(
    join(tree, 'dkms.conf'),
    `PACKAGE_NAME=${name}\nPACKAGE_VERSION=1.0\nBUILT_MODULE_NAME[0]=${name}\nDEST_MODULE_LOCATION[0]=/updates\n${conf}`,
  );
  await writeFile(join(tree, 'Makefile'), `obj-m := ${name}.o\n`);
  await writeFile(
    join(tree, `${name}.c`),
    `// SPDX-License-Identifier: GPL-2.0\n#include <linux/module.h>\n${code}\nMODULE_DESCRIPTION("x");\nMODULE_LICENSE("GPL");\n`,
  );
}

/** Writes dkms-deb.yaml, and makes a store in which tests may unpack headers. */
export async function prepareFleet({ directory }: Sandbox, yaml: string): Promise<void> {
  await linkedStore(directory);
  await writeFile(join(directory, 'dkms-deb.yaml'), yaml);
}
