import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  exclusionsBeforeHeaders,
  readConfBeforeHeaders,
} from '../../../src/dkms/conf/conf-before-headers.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const BEGIN =
  'PACKAGE_NAME=x\nPACKAGE_VERSION=1\nBUILT_MODULE_NAME[0]=x\nDEST_MODULE_LOCATION[0]=/updates\n';

/** Returns why a kernel is excluded; undefined if it is not known without the headers. */
async function excluded(lines: string): Promise<string | false | undefined> {
  return withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'dkms.conf');
    await writeFile(file, `${BEGIN}${lines}\n`);
    const kernel = { release: '6.12.9-amd64', machine: 'x86_64' };
    const conf = await readConfBeforeHeaders(file, kernel);
    return conf && (conf.excluded ?? false);
  });
}

test.each([
  ['BUILD_EXCLUSIVE_KERNEL="^6\\.1\\."', 'does not match 6.12.9-amd64'],
  ['BUILD_EXCLUSIVE_KERNEL_MAX="6.11"', 'is newer than'],
  ['BUILD_EXCLUSIVE_ARCH=aarch64', 'does not match x86_64'],
  ['OBSOLETE_BY="6.11"', 'is newer than'],
  // It runs commands, but looks at the release only.
  [
    'case "$kernelver" in 6.1.*) ;; *) BUILD_EXCLUSIVE_KERNEL="^6[.]1[.]" ;; esac',
    'does not match',
  ],
])('%s excludes without the headers', async (lines, reason) => {
  expect(await excluded(lines)).toContain(reason);
});

test.each([
  'MAKE[0]="make -C $kernel_source_dir M=$dkms_tree/x"',
  'BUILD_EXCLUSIVE_CONFIG="CONFIG_X"',
  'MAKE="make KVER=$(echo $kernelver)"',
])('%s does not exclude', async (lines) => {
  expect(await excluded(lines)).toBe(false);
});

test.each([
  'grep -q X "$kernel_config" || BUILD_EXCLUSIVE_ARCH=none',
  '[ -e $kernel_source_dir/x ] && BUILD_EXCLUSIVE_ARCH=none',
  '. ./more.conf',
  'if true; then source more.conf; fi',
  'x=$(set | grep dir)',
])('%s needs the headers', async (lines) => {
  expect(await excluded(lines)).toBeUndefined();
});

test.each([
  ['BUILD_EXCLUSIVE_KERNEL="^6\\.12\\."', ['no', 'no', 'yes']],
  ['BUILD_EXCLUSIVE_ARCH=x86_64', ['no', 'yes', 'no']],
  // Only bash knows what this matches.
  ['BUILD_EXCLUSIVE_KERNEL="^6[.]1[[:digit:]]"', ['no', 'no', 'yes']],
  // Its values differ from kernel to kernel.
  ['OBSOLETE_BY="$kernelver"; BUILD_EXCLUSIVE_ARCH=aarch64', ['yes', 'no', 'yes']],
  ['source "$kernel_config"; BUILD_EXCLUSIVE_ARCH=mips', ['unknown', 'unknown', 'unknown']],
])('%s excludes each of several kernels as it excludes one', async (lines, expected) => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'dkms.conf');
    await writeFile(file, `${BEGIN}${lines}\n`);
    const kernels = [
      { release: '6.12.9-amd64', machine: 'x86_64' },
      { release: '6.12.9-arm64', machine: 'aarch64' },
      { release: '6.1.9-amd64', machine: 'x86_64' },
    ];
    const exclusionOf = exclusionsBeforeHeaders(file);
    const answers = await Promise.all(
      kernels.map(async (kernel) => {
        const alone = await readConfBeforeHeaders(file, kernel);
        const together = await exclusionOf(kernel);
        expect(together?.excluded).toBe(alone?.excluded);
        expect(together === undefined).toBe(alone === undefined);
        if (together === undefined) return 'unknown';
        return together.excluded === undefined ? 'no' : 'yes';
      }),
    );
    expect(answers).toEqual(expected);
  });
});
