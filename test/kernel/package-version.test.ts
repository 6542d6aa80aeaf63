import { expect, test } from 'vitest';
import { kernelPackageVersion } from '../../src/kernel/package-version.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { writeFiles } from '../support/fake-kernel.ts';

const DEBIAN = '#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)';

test.each<[string | undefined, Readonly<Record<string, string>>]>([
  ['6.99.1-2', { 'package.h': '#define LINUX_PACKAGE_ID " Debian 6.99.1-2"\n' }],
  // Headers that were copied without package.h.
  ['6.1.192-2', { 'utsversion.h': `#define UTS_VERSION "${DEBIAN}"\n` }],
  // Until Linux 6.0.
  ['6.1.192-2', { 'compile.h': `#define UTS_VERSION "${DEBIAN}"\n` }],
  [undefined, { 'utsversion.h': '#define UTS_VERSION "#1 SMP Fri Aug 30 12:02:04 UTC 2024"\n' }],
  [undefined, { 'utsversion.h': '#define UTS_VERSION "#1 SMP Debian $(id) (2024-08-30)"\n' }],
  [undefined, {}],
])('the package version in the headers: %s for %o', async (version, generated) => {
  await withTemporaryDirectory('version', async (directory) => {
    const files = Object.entries(generated).map(([name, text]) => [
      `include/generated/${name}`,
      text,
    ]);
    await writeFiles(directory, Object.fromEntries(files));
    expect(await kernelPackageVersion(directory, '/', '6.1.0-1-amd64')).toBe(version);
  });
});
