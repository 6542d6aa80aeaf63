import { appendFile, mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { headersDigest } from '../../src/kernel/headers-digest.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';
import { writeFiles } from '../support/fake-kernel.ts';

const FILES = {
  'own/.config': 'CONFIG_X86_64=y\n',
  'own/include/config/auto.conf': 'CONFIG_X86_64=y\n',
  'own/include/config/A': '',
  'own/include/generated/x.h': '1',
  'own/arch/x86/include/generated/y.h': '2',
  'own/vmlinux': 'btf',
  'common/Makefile': 'all:\n',
  'common/include/linux/proc_fs.h': '3',
  'common/arch/x86/Makefile': '',
  'common/arch/mips/Makefile': '',
  'kbuild/scripts/mod/modpost': '4',
};

async function digestOf(root: string): Promise<string> {
  // What relocateHeaders makes for each build.
  await mkdir(join(root, 'view'));
  await writeFiles(root, { 'view/Makefile': `include ${root}/common/Makefile\n` });
  for (const name of ['include', 'arch', 'scripts', 'vmlinux']) {
    await symlink(`../own/${name}`, join(root, 'view', name));
  }
  const places = { root, directory: join(root, 'view'), foundIn: join(root, 'own') };
  return headersDigest({
    packageVersion: '1-1',
    architecture: 'amd64',
    ...places,
  });
}

test('bug: the cache did not see changed headers', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const original = join(directory, 'original');
    await writeFiles(original, FILES);
    await symlink('../kbuild/scripts', join(original, 'own/scripts'));
    await symlink('.', join(original, 'own/include/loop'));
    await writeFiles(original, { 'own/Makefile': `include ${original}/common/Makefile\n` });
    let copies = 0;
    /** The digest of a copy, where every file has its time, after `change`. */
    const after = async (change: (root: string) => Promise<unknown>) => {
      const copy = join(directory, `copy-${copies++}`);
      await run('cp', ['-a', original, copy]);
      await change(copy);
      return digestOf(copy);
    };
    const unchanged = await after(async () => {});
    const append = (path: string) => (root: string) => appendFile(join(root, path), ' ');
    expect(await after(append('own/include/config/A'))).toBe(unchanged);
    expect(await after(append('common/arch/mips/Makefile'))).toBe(unchanged);
    const digests = [
      ...Object.keys(FILES)
        .filter((path) => !/config\/A|mips/.test(path))
        .map(append),
      (root: string) => rm(join(root, 'common/include/linux/proc_fs.h')),
      (root: string) => utimes(join(root, 'common/include/linux/proc_fs.h'), 1, 1),
    ].map(after);
    expect(new Set([unchanged, ...(await Promise.all(digests))]).size).toBe(digests.length + 1);
  });
});

test('the digest of installed headers of a package is empty', async () => {
  expect(
    await headersDigest({ directory: '/none', packageVersion: '6.1-1', architecture: 'amd64' }),
  ).toBe('');
});

test('headers of an archive are identified by their packages, wherever and whenever they are unpacked', async () => {
  const archive = { headers: 'abc', toolchain: 'def' };
  const place = { root: '/store/tree/1', directory: '/none' };
  const headers = { ...place, packageVersion: '6.1-1', architecture: 'amd64', archive };
  expect(await headersDigest(headers)).toBe('abc');
});
