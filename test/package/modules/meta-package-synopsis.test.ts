import { expect, test } from 'vitest';
import type { DkmsConf } from '../../../src/dkms/conf/conf.ts';
import type { KernelHeaders } from '../../../src/kernel/headers.ts';
import { stageDbgsymPackage } from '../../../src/package/modules/dbgsym-package.ts';
import { stageMetaPackage } from '../../../src/package/modules/meta-package.ts';
import { helloDescription } from '../../support/module-build.ts';

const HEADERS: KernelHeaders = {
  release: '6.12.57+deb13.1-cloud-amd64',
  directory: '/nowhere',
  configFile: undefined,
  config: new Map(),
  architecture: 'amd64',
  machine: 'x86_64',
  moduleDirectory: '/usr/lib/modules',
  packageVersion: '6.12.57-1',
};
const NAME = 'rather-long-name-of-a-driver-of-somebody';
const DRIVER = {
  ...helloDescription('1.0-1'),
  synopsis: 'driver for adapters with USB 3.0 of the kinds A100, A200 and A300 by Example',
};

/** The first line of the package's Description. */
function synopsis(staged: { readonly control: readonly { name: string; bytes: Buffer }[] }) {
  const control = staged.control.find(({ name }) => name === 'control')?.bytes.toString() ?? '';
  return /^Description: (.*)$/m.exec(control)?.[1] ?? '';
}

test('of a metapackage: what the driver is is cut, not the flavour', async () => {
  const options = { timestamp: 0 };
  const staged = await stageMetaPackage('loose', NAME, 'cloud-amd64', HEADERS, DRIVER, options);
  expect(synopsis(staged)).toMatch(/^driver for adapters .* \(modules for cloud-amd64 kernels\)$/);
  expect(synopsis(staged).length).toBeLessThanOrEqual(80);
});

test('of debug symbols: without a package name that is too long for a synopsis', async () => {
  const debug = [{ name: 'hello', file: import.meta.filename, buildId: 'ab'.repeat(20) }];
  const build = { conf: { name: NAME } as DkmsConf, debug };
  const staged = await stageDbgsymPackage(build, HEADERS, DRIVER, { timestamp: 0 });
  expect(staged && synopsis(staged)).toBe('debug symbols');
});
