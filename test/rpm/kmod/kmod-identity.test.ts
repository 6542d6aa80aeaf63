import { describe, expect, test } from 'vitest';
import {
  checkKmodRelease,
  hasKernelRelations,
  kmodIdentity,
} from '../../../src/rpm/kmod/kmod-identity.ts';
import { licenceOfCopyright } from '../../../src/rpm/kmod/kmod-spec.ts';

describe('kmodIdentity', () => {
  const fedora = { release: '6.17.8-300.fc43.x86_64', architecture: 'amd64' };
  test('names driver, kernel, version and architecture', () => {
    expect(kmodIdentity(fedora, { dkmsPackage: 'hello-dkms', version: '1:1.0-rc1-2' })).toEqual({
      stem: 'hello',
      name: 'kmod-hello-6.17.8-300.fc43.x86_64',
      version: { epoch: '1', version: '1.0+rc1', release: '2' },
      architecture: 'x86_64',
      fileName: 'kmod-hello-6.17.8-300.fc43.x86_64-1.0+rc1-2.x86_64.rpm',
    });
  });

  test('a name has no tilde, but keeps capital letters and plus signs', () => {
    const release = '6.18.0-0.rc1~x.el10_7.aarch64+RT';
    const { name, architecture } = kmodIdentity(
      { release, architecture: 'arm64' },
      { dkmsPackage: 'hello-dkms', version: '1' },
    );
    expect(name).toBe('kmod-hello-6.18.0-0.rc1_x.el10_7.aarch64+RT');
    expect(architecture).toBe('aarch64');
  });
});

test.each([
  ['6.17.8-300.fc43.x86_64', true],
  ['5.14.0-611.5.1.el9_7.x86_64+rt', true],
  ['6.17.8', true],
  ['6.4.0-150600.21-default', false],
  ['6.1.0-56-amd64', false],
])('whether a package can require the kernel %s: %s', (release, possible) => {
  expect(hasKernelRelations({ release }, undefined)).toBe(possible);
  expect(hasKernelRelations({ release }, 'none')).toBe(false);
  expect(() => checkKmodRelease({ release }, 'none')).not.toThrow();
  const check = () => checkKmodRelease({ release }, undefined);
  if (possible) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ code: 'rpm-kernel-release' }));
});

test.each([
  [
    'Files: *\nLicense: GPL-2\n\nFiles: debian/*\nLicense: MIT\n\nLicense: GPL-2\n x\n',
    'GPL-2.0-only',
  ],
  [
    'Files: *\nLicense: GPL-2+ or Expat\n\nFiles: a.c\nLicense: ISC\n',
    '(GPL-2.0-or-later OR MIT) AND ISC',
  ],
  ['Files: *\nLicense: see the file\n', undefined],
  ['This is free software.\n', undefined],
  ['Files: *\n: broken', undefined],
  ['', undefined],
])('the licence of %j is %s', (copyright, expected) => {
  expect(licenceOfCopyright(copyright)).toBe(expected);
});
