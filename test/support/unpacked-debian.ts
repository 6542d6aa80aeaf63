import { mkdir, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelHeaders } from '../../src/kernel/headers.ts';
import { findUnpackedHeaders } from '../../src/kernel/unpacked-headers.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { writeFiles } from './fake-kernel.ts';

export const RELEASE = '6.99.0-1-cloud-amd64';
export const COMMON = 'usr/src/linux-headers-6.99.0-1-common';
export const HEADERS = `usr/src/linux-headers-${RELEASE}`;

/** The files of Debian's three packages in their layout. */
export const DEBIAN = {
  [`${HEADERS}/Makefile`]: `include /${COMMON}/Makefile\n`,
  [`${HEADERS}/.config`]: 'CONFIG_X86_64=y\n',
  [`${HEADERS}/Module.symvers`]: '0x4c9d28b0\tphys_base\tvmlinux\tEXPORT_SYMBOL\t\n',
  [`${HEADERS}/include/config/auto.conf`]: 'CONFIG_X86_64=y\n',
  [`${HEADERS}/include/generated/autoconf.h`]: '',
  [`${HEADERS}/include/generated/utsrelease.h`]: `#define UTS_RELEASE "${RELEASE}"\n`,
  [`${HEADERS}/include/generated/package.h`]: '#define LINUX_PACKAGE_ID " Debian 6.99.1-2"\n',
  [`${COMMON}/Makefile`]: 'all:\n\t@echo common\n',
  'usr/lib/linux-kbuild-6.99/scripts/basic/fixdep': '#!/bin/sh\nexit 1\n',
  'usr/lib/linux-kbuild-6.99/scripts/mod/modpost': '#!/bin/sh\nexit 1\n',
};

/** Debian's headers packages of a kernel, unpacked below `root`. `found` finds their headers. */
interface Unpacked {
  readonly root: string;
  readonly found: () => Promise<KernelHeaders>;
}

/** Unpacks `files` like Debian's packages into a new root, and calls `work`. */
export async function withUnpacked(
  work: (unpacked: Unpacked) => Promise<void>,
  files: Readonly<Record<string, string>> = DEBIAN,
): Promise<void> {
  await withTemporaryDirectory('test', async (directory) => {
    const root = join(await realpath(directory), 'root');
    await writeFiles(root, files);
    await mkdir(join(root, 'lib/modules', RELEASE), { recursive: true });
    await symlink(`/${HEADERS}`, join(root, 'lib/modules', RELEASE, 'build'));
    await symlink('../../lib/linux-kbuild-6.99/scripts', join(root, HEADERS, 'scripts'));
    const found = async () => {
      const [first] = await findUnpackedHeaders(root);
      return first as KernelHeaders;
    };
    await work({ root, found });
  });
}
