import { expect, test } from 'vitest';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import { stageMetaPackage } from '../../../src/package/modules/meta-package.ts';
import { relationToDkms } from '../../../src/package/modules/package-choices.ts';
import { helloDescription } from '../../support/module-build.ts';

const DRIVER = { ...helloDescription('2.0-1'), dkmsPackage: 'greet-dkms' };

test.each([
  ['coexist', undefined, []],
  ['conflicts', 'greet-dkms', []],
  ['provides', undefined, ['greet-dkms (= 2.0-1)']],
] as const)(
  '--dkms-relation %s names the existing -dkms package',
  (relation, conflicts, provides) => {
    expect(relationToDkms(relation, DRIVER)).toEqual({ conflicts, provides });
  },
);

test('--meta fallback names the existing -dkms package', async () => {
  const kernel = {
    release: '6.12.1-test',
    packageVersion: '6.12.1-1',
    architecture: 'amd64',
    config: parseKernelConfig(''),
  };
  const staged = await stageMetaPackage('fallback', 'hello', 'test', kernel, DRIVER, {
    timestamp: 0,
  });
  const control = staged.control.find(({ name }) => name === 'control')?.bytes.toString() ?? '';
  expect(control).toMatch(
    /^Depends: hello-modules-6\.12\.1-test \(= 2\.0-1\+6\.12\.1-1\) \| greet-dkms$/m,
  );
  expect(control.replace(/\s+/g, ' ')).toContain('or on greet-dkms if');
});
