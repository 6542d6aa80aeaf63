import { expect, test } from 'vitest';
import { readContents } from '../../../src/package/verify/package-contents.ts';
import { verifyPackage } from '../../../src/package/verify/verify-package.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { writeCommon } from '../../support/common-package.ts';
import { lintianProblems } from '../../support/lintian.ts';
import { type SmallPackage, writeSmallPackage } from '../../support/small-package.ts';

const RULES = 'usr/lib/udev/rules.d/60-hello.rules';
const NAME = 'hello-modules-common';
const ONE = { version: '1.0-1', paths: [RULES], text: 'text' };

async function findings(file: string, ...others: readonly string[]): Promise<string[]> {
  const contents = await readContents(file);
  const beside = [contents, ...(await Promise.all(others.map((other) => readContents(other))))];
  const report = await verifyPackage(contents, beside, { evaluate: false });
  return report.findings
    .filter(({ level }) => level !== 'ok')
    .map(({ level, code }) => `${level} ${code}`);
}

test('the package that bmdeb writes is right, also beside a -dkms package with the same files', async () => {
  await withTemporaryDirectory('common', async (directory) => {
    const file = await writeCommon(directory, {
      ...ONE,
      paths: [RULES, 'etc/modprobe.d/hello.conf'],
    });
    const dkms = await writeSmallPackage(directory, {
      name: 'hello-dkms',
      files: { [RULES]: 'text\n' },
    });
    const modules = await writeSmallPackage(directory, {
      name: 'hello-modules-6.1.0-1-amd64',
      depends: `${NAME} (>= 1.0-1)`,
      files: {},
    });
    expect(await findings(file, dkms, modules)).toEqual([]);
  });
});

test.each<[string, Pick<SmallPackage, 'files'>]>([
  ['warning not-diverted', { files: { [RULES]: '' } }],
  ['warning common-conffiles', { files: { 'etc/modprobe.d/hello.conf': '' } }],
])('%s', async (expected, files) => {
  await withTemporaryDirectory('common', async (directory) => {
    const file = await writeSmallPackage(directory, { name: NAME, ...files });
    const dkms = await writeSmallPackage(directory, { ...files, name: 'hello-dkms' });
    expect(await findings(file)).toEqual([expected]);
    expect(await findings(file, dkms)).toEqual([expected, 'error same-files']);
  });
});

test('a version that is older than packages of modules need is an error', async () => {
  await withTemporaryDirectory('common', async (directory) => {
    const modules = await writeSmallPackage(directory, {
      name: 'hello-modules-6.1.0-1-amd64',
      depends: `kmod, ${NAME} (>= 1.0-2)`,
      files: {},
    });
    expect(await findings(await writeCommon(directory, ONE), modules)).toEqual([
      'error common-version',
    ]);
  });
});

test('lintian has no tags', async () => {
  await withTemporaryDirectory('common', async (directory) => {
    const module = 'usr/share/initramfs-tools/modules.d/hello.conf';
    const files = [await writeCommon(directory, { ...ONE, paths: [RULES, module] })];
    const local = { 'initial-upload-closes-no-bugs': 'not for the archive' };
    expect(await lintianProblems(files, local)).toEqual([]);
  });
});
