import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfBeforeHeaders } from '../../../src/dkms/conf/conf-before-headers.ts';
import { evaluateConf } from '../../../src/dkms/conf/evaluate.ts';
import { isSameForKernels, kernelExclusion } from '../../../src/dkms/conf/kernel-exclusion.ts';
import { DkmsDebError } from '../../../src/errors.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { CASES } from '../../support/conf-cases.ts';

const BEGIN =
  'PACKAGE_NAME=x\nPACKAGE_VERSION=1\nBUILT_MODULE_NAME[0]=x\nDEST_MODULE_LOCATION[0]=/updates\n';
const TWO = `${BEGIN}BUILT_MODULE_NAME[1]=y\nDEST_MODULE_LOCATION[1]=/updates\n`;

/** Matched without bash: conditions on releases and architectures in the forms that real drivers have. */
const STATIC = [
  BEGIN,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL="^6.1[.]"`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL="^(5.[0-9]+|6.12).*-amd64"`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL="[^0-9]6"`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL="^6\\.1\\."`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL="^6\\.[0-9]{2}\\..*(amd64|arm64)$"`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL='^(5\\.|6\\.1\\.)'`,
  `${BEGIN}KMIN=6.9\nBUILD_EXCLUSIVE_KERNEL_MIN="$KMIN"`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL_MIN="6.9"\nBUILD_EXCLUSIVE_KERNEL_MAX=6.12.50`,
  `${BEGIN}BUILD_EXCLUSIVE_ARCH="x86_64|aarch64"`,
  `${BEGIN}BUILD_EXCLUSIVE_ARCH="(x86.*)"`,
  `${BEGIN}OBSOLETE_BY="6.11"`,
  `${BEGIN}BUILD_EXCLUSIVE_CONFIG="CONFIG_X !CONFIG_Y"`,
  `${TWO}BUILD_EXCLUSIVE_KERNEL_MIN[1]=7.0`,
  `${TWO}BUILD_EXCLUSIVE_ARCH[0]=aarch64`,
  `${TWO}BUILD_EXCLUSIVE_KERNEL[0]="^6"\nBUILD_EXCLUSIVE_KERNEL[1]="^7"`,
];
const KERNELS = [
  { release: '6.1.0-56-amd64', machine: 'x86_64' },
  { release: '6.12.117+deb13-amd64', machine: 'x86_64' },
  { release: '7.2.13+deb14-arm64', machine: 'aarch64' },
  { release: '5.10.0-30-rt-amd64', machine: 'x86_64' },
];

async function bash(text: string, kernel: (typeof KERNELS)[number]) {
  return withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'dkms.conf');
    await writeFile(file, text);
    return (await readConfBeforeHeaders(file, kernel))?.excluded;
  });
}

/** Returns what kernelExclusion says; undefined if it is left to bash. */
async function exclusionIn(text: string) {
  if (!isSameForKernels(text)) return undefined;
  return withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'dkms.conf');
    await writeFile(file, text);
    const kernel = {
      ...{ release: '6.12.0-reference', machine: 'x86_64', directory: '/nowhere' },
      ...{ configFile: undefined, config: undefined },
    };
    return kernelExclusion((await evaluateConf(file, { kernel })).values);
  });
}

test.for(STATIC)('%j: as bash says, for kernels of all kinds', async (text) => {
  const exclusion = await exclusionIn(text);
  expect(exclusion).toBeDefined();
  for (const kernel of KERNELS) {
    expect(exclusion?.(kernel), kernel.release).toBe(await bash(text, kernel));
  }
});

// Starts bash for each of the cases.
test('whatever has the same values for every kernel excludes what bash excludes', {
  timeout: 60_000,
}, async () => {
  const [kernel = { release: '', machine: '' }] = KERNELS;
  let compared = 0;
  for (const { text } of CASES.filter((one) => isSameForKernels(one.text))) {
    try {
      const exclusion = await exclusionIn(text);
      if (exclusion === undefined) continue;
      expect(exclusion(kernel), text).toBe(await bash(text, kernel));
      compared++;
    } catch (error) {
      // A dkms.conf that DKMS refuses is refused when the driver is read.
      if (!(error instanceof DkmsDebError)) throw error;
    }
  }
  expect(compared).toBeGreaterThan(5);
});

test.for([
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL="[[:digit:]]"`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL="a**"`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL="(?:a)"`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL="[]a]"`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL='\\w'`,
  `${BEGIN}[ "$kernelver" = 6 ] && BUILD_EXCLUSIVE_ARCH=none`,
  `${BEGIN}BUILD_EXCLUSIVE_ARCH=$(uname -m)`,
  `${BEGIN}BUILD_EXCLUSIVE_ARCH=$arch`,
  `${BEGIN}BUILD_EXCLUSIVE_KERNEL="\${kernelver}"`,
  `${BEGIN}. ./more.conf`,
])('%j is left to bash', async (text) => {
  expect(await exclusionIn(text)).toBeUndefined();
});
