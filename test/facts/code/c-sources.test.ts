import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kindOf, readSources } from '../../../src/facts/code/c-sources.ts';
import { readModuleMacros } from '../../../src/facts/code/module-macros.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { tree } from '../../support/facts.ts';

test('reads C files, READMEs and licences, sorted by depth', async () => {
  const directory = await tree({
    'src/b.c': '/* b */',
    'src/a.h': '/* a */',
    'README.md': '# hello',
    LICENSE: 'MIT License',
    Makefile: 'obj-m := b.o',
    '.git/config': 'x',
    'debian/control': 'x',
    'node_modules/x/x.c': 'x',
    'b.ko': 'x',
    '.b.o.cmd': 'x',
  });
  const { files, limits } = await readSources(directory);
  expect(files.map(({ path, kind }) => [path, kind])).toEqual([
    ['LICENSE', 'licence'],
    ['Makefile', 'other'],
    ['README.md', 'readme'],
    ['src/a.h', 'c'],
    ['src/b.c', 'c'],
  ]);
  expect(limits).toEqual([]);
});

test('decodes Latin-1, and reads no text of binary files', async () => {
  const directory = await tree({
    'a.c': Buffer.from('/* (c) 2001 J\xfcrgen */', 'latin1'),
    'b.c': '/* (c) 2001 Jürgen */',
    blob: new Uint8Array([127, 69, 76, 70, 0, 0]),
  });
  const { files } = await readSources(directory);
  expect(files.map(({ text }) => text)).toEqual([
    '/* (c) 2001 Jürgen */',
    '/* (c) 2001 Jürgen */',
    '',
  ]);
});

test('follows no symbolic link, waits for no pipe', async () => {
  const directory = await tree({ 'a.c': 'x' });
  await symlink('/etc/passwd', join(directory, 'passwd.h'));
  await symlink('..', join(directory, 'loop'));
  expect((await readSources(directory)).files.map(({ path }) => path)).toEqual(['a.c']);
});

test('bug: with a file of the user in rpm/, facts were read from what init had written there', async () => {
  const directory = await tree({
    'a.c': 'x',
    'rpm/.dkms-deb.json': '{"files": {"hello-dkms.spec": "0", "hello.h": "0"}}',
    'rpm/hello-dkms.spec': 'x',
    'rpm/hello.h': 'x',
    'rpm/own.h': 'x',
  });
  const { files } = await readSources(directory);
  expect(files.map(({ path }) => path)).toEqual(['a.c', 'rpm/own.h']);
});

test('reads head and tail of a large file', async () => {
  const directory = await tree({
    'registers.h': `HEAD${'#define X 1\n'.repeat(200_000)}TAIL`,
  });
  const [file] = (await readSources(directory)).files;
  expect(file?.size).toBeGreaterThan(2_000_000);
  expect(file?.text.length).toBeLessThan(1_300_000);
  expect(file?.text).toMatch(/^HEAD[\s\S]*TAIL$/);
});

// Bug: of a Rust file only 8 KiB were read, and its licence was unknown without a word.
test('module! of a Rust file is read after a long comment, and at the end of a long file', async () => {
  const module = 'module! {\n    license: "GPL",\n}\n';
  const directory = await tree({
    'a.rs': `${'//! What the driver does, at length, with examples.\n'.repeat(400)}\n${module}`,
    'b.rs': `${'const A: u8 = 1;\n'.repeat(80_000)}${module}`,
  });
  const { files } = await readSources(directory);
  expect(readModuleMacros(files).map(({ file, value }) => `${file} ${value}`)).toEqual([
    'a.rs GPL',
    'b.rs GPL',
  ]);
});

// Bug: init said that no install step shows that a file is to be installed; it did not read the end of the makefile.
test.each(['Makefile', 'install.sh', 'rpm.spec'])('the end of a long %s is read', async (name) => {
  const directory = await tree({
    [name]: `${'# A long makefile of a vendor.\n'.repeat(2000)}cp x.conf /etc`,
  });
  const [file] = (await readSources(directory)).files;
  expect(file?.text).toMatch(/cp x\.conf \/etc$/);
});

test('a missing tree is an error; a tree that is too deep is read in part, with a message', async () => {
  await expect(readSources('/nonexistent')).rejects.toThrow('ENOENT');
  const directory = await tree({ 'a.c': 'x' });
  const deep = join(directory, ...Array.from({ length: 30 }, () => 'd'));
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'b.c'), 'x');
  const { files, limits } = await readSources(directory);
  expect(files).toHaveLength(1);
  expect(limits).toEqual(['read no folders more than 23 levels deep']);
});

test('400 files are read in a fraction of a second', async () => {
  const files: Record<string, string> = {};
  for (let index = 0; index < 400; index++) {
    files[`d${index % 10}/f${index}.c`] = `/* ${index} */\n${'int x;\n'.repeat(1500)}`;
  }
  const directory = await tree(files);
  const time = await cpuTime(async () => {
    expect((await readSources(directory)).files).toHaveLength(400);
  });
  // About 40 ms; a machine that is busy, too, has slower processors.
  expect(time).toBeLessThan(500);
});

test.each([
  ['hello.c', 'c'],
  ['include/x.h', 'c'],
  ['entry.S', 'c'],
  ['README', 'readme'],
  ['docs/readme.rst', 'readme'],
  ['README.zh_CN.md', 'other'],
  ['COPYING', 'licence'],
  ['LICENSE.GPL', 'licence'],
  ['license.txt', 'licence'],
  ['licence', 'licence'],
  ['LICENSES/GPL-2.0-only.txt', 'licence'],
  ['gpl-2.0.txt', 'licence'],
  ['UNLICENSE', 'licence'],
  ['licensing_helper.py', 'other'],
  ['bsdisk', 'other'],
  ['Makefile', 'other'],
])('%s is %s', (path, kind) => {
  expect(kindOf(path)).toBe(kind);
});
