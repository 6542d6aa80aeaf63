import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import {
  formatAptSource,
  machineSources,
  parseAptSources,
  readAptSources,
} from '../../../src/archives/apt/apt-source.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const DEB822 = `# a comment
Types: deb deb-src
URIs: https://deb.example/debian
Suites: trixie trixie-updates
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb-src
URIs: https://deb.example/debian
Suites: trixie
Components: main

Types: deb
Enabled: no
URIs: https://off.example/
Suites: x
`;

test('the case of the names of fields does not matter; disabled sources are left out', () => {
  const stanza = 'types: deb\nuris: http://a\nsuites: x\narchitectures: arm64\nsigned-by: /k.gpg\n';
  const [source] = parseAptSources(`${stanza}\n${stanza}enabled: disable\n`, 'a.sources');
  expect([...(source?.options ?? [])]).toEqual([
    ['Architectures', 'arm64'],
    ['Signed-By', '/k.gpg'],
  ]);
  expect(parseAptSources(`${stanza}enabled: disable\n`, 'a.sources')).toEqual([]);
});

test('a .sources file: the fields go into a stanza of our own, the key included', () => {
  const sources = parseAptSources(DEB822, 'a.sources');
  expect(sources).toHaveLength(1);
  expect(formatAptSource(sources[0] as never, ['amd64', 'arm64'])).toBe(
    `Types: deb
URIs: https://deb.example/debian
Suites: trixie trixie-updates
Components: main contrib
Architectures: amd64 arm64
Signed-By: 
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----
`,
  );
});

test('a .list file: options get their deb822 names', () => {
  const text =
    '# none\ndeb [arch=amd64,arm64 signed-by=/k.gpg trusted=yes] http://a/b s main x # end\ndeb-src http://a s main\ndeb file:/flat ./\n';
  const [first, flat] = parseAptSources(text, 'a.list');
  expect(formatAptSource(first as never, ['amd64', 'riscv64'])).toBe(
    'Types: deb\nURIs: http://a/b\nSuites: s\nComponents: main x\nArchitectures: amd64\nSigned-By: /k.gpg\nTrusted: yes\n',
  );
  expect(formatAptSource(first as never, ['s390x'])).toBe('');
  expect(flat).toMatchObject({ uris: ['file:/flat'], suites: ['./'], components: [] });
});

test('a line that is not a source is an error with its line', () => {
  expect(() => parseAptSources('deb http://a s main\ndeb [x\n', 'a.list')).toThrowError(
    expect.objectContaining({ code: 'sources-syntax', where: { file: 'a.list', line: 2 } }),
  );
  expect(() => parseAptSources('Types: deb\nURIs: x\n', 'a.sources')).toThrowError(
    expect.objectContaining({ code: 'sources-syntax' }),
  );
});

test('a file without sources, or that does not exist, is an error', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await writeFile(join(directory, 'empty.list'), '# nothing\n');
    await expect(readAptSources(join(directory, 'empty.list'))).rejects.toMatchObject({
      code: 'no-sources',
    });
    await expect(readAptSources(join(directory, 'none.list'))).rejects.toMatchObject({
      code: 'no-such-file',
    });
  });
});

test('the machine’s sources: a file that cannot be parsed is reported, the others are used', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await mkdir(join(directory, 'sources.list.d'));
    await writeFile(join(directory, 'sources.list'), 'deb http://a trixie main\n');
    await writeFile(join(directory, 'sources.list.d/b.sources'), 'Types: deb\nbroken\n');
    await writeFile(join(directory, 'sources.list.d/c.save'), 'deb http://c c main\n');
    await mkdir(join(directory, 'sources.list.d/d.list'));
    const skipped: string[][] = [];
    const list = join(directory, 'sources.list');
    const parts = join(directory, 'sources.list.d');
    const note = (file: string, { code }: { code: string }) => skipped.push([basename(file), code]);
    const found = await machineSources(list, parts, note);
    expect(found.map(({ suites }) => suites)).toEqual([['trixie']]);
    expect(skipped).toEqual([
      ['b.sources', 'deb822-syntax'],
      ['d.list', 'unreadable'],
    ]);
    expect(await machineSources(join(directory, 'none'), join(directory, 'none'), note)).toEqual(
      [],
    );
    expect(skipped).toHaveLength(2);
  });
});
