import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundledPackages } from '../../packaging/bundled-packages.ts';
import { packageCopyright } from '../../packaging/copyright.ts';
import { PROJECT } from '../support/project.ts';
import { readCopyright } from '../support/read-copyright.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bundled-'));
});
afterEach(() => rm(root, { recursive: true }));

const MIT = await readFile(join(PROJECT, 'templates/licenses/Expat.txt'), 'utf8');

/** Installs a package of these files; returns a module of it. */
async function install(
  name: string,
  manifest: object,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const directory = join(root, 'node_modules', name);
  await mkdir(directory, { recursive: true });
  const text = JSON.stringify({ name: name.replace(/^.*node_modules\//, ''), ...manifest });
  for (const [path, content] of Object.entries({ 'package.json': text, ...files })) {
    await writeFile(join(directory, path), content);
  }
  return join(directory, 'lib/index.js');
}

test('each version of a package once, with holders, wherever npm put it', async () => {
  const license = `The MIT License\n\nCopyright (c) 2019 Jane Doe <jane@example.org>\n\n${MIT}`;
  const manifest = { version: '1.0.0', license: 'MIT' };
  const modules = [
    await install('a', manifest, { LICENSE: license }),
    await install('@s/b', { ...manifest, author: 'Foo Inc. (https://foo)' }, { license: MIT }),
    await install('@s/b/node_modules/a', manifest, { LICENSE: license }),
    await install('c/node_modules/a', { ...manifest, version: '2.0.0' }, { 'LICENSE.md': license }),
    join(root, 'src/cli.ts'),
  ];
  const found = bundledPackages([...modules, ...modules]);
  expect(
    found.map(({ name, version, directories, copyright }) => [
      name,
      version,
      directories,
      copyright,
    ]),
  ).toEqual([
    ['@s/b', '1.0.0', ['node_modules/@s/b'], ['Foo Inc.']],
    [
      'a',
      '1.0.0',
      ['node_modules/@s/b/node_modules/a', 'node_modules/a'],
      ['2019 Jane Doe <jane@example.org>'],
    ],
    ['a', '2.0.0', ['node_modules/c/node_modules/a'], ['2019 Jane Doe <jane@example.org>']],
  ]);
});

test.each([
  ['no licence', { version: '1.0.0' }, { LICENSE: MIT }],
  ['one that nobody has read', { version: '1.0.0', license: 'SSPL-1.0' }, { LICENSE: MIT }],
  ['no text', { version: '1.0.0', license: 'MIT' }, { 'README.md': MIT }],
  ['the text of another', { version: '1.0.0', license: 'ISC' }, { LICENSE: MIT }],
])('a package with %s cannot be bundled', async (_, manifest, files) => {
  const module = await install('a', manifest, files);
  expect(() => bundledPackages([module])).toThrow(
    expect.objectContaining({ code: 'bundled-licence' }),
  );
});

test('the copyright file has a text that differs, and Apache’s NOTICE', async () => {
  const own = MIT.replace('without restriction', 'with some restriction');
  const apache = 'Apache License\nVersion 2.0, January 2004\n';
  const notice = 'Copyright 2020 Foo Inc.\nHas code of Bar Ltd.\n';
  const bundled = bundledPackages([
    await install('a', { version: '1.0.0', license: 'MIT' }, { LICENSE: MIT }),
    await install('@s/b', { version: '1.0.0', license: 'MIT' }, { LICENSE: own }),
    await install(
      'c',
      { version: '1.0.0', license: 'Apache-2.0' },
      { LICENSE: apache, NOTICE: notice },
    ),
  ]);
  const facts = { author: 'Jane Doe <jane@example.org>', years: '2026', source: undefined };
  const { files, licenses } = readCopyright(packageCopyright(facts, bundled));
  expect(files.map(({ patterns, license }) => [patterns[0], license])).toEqual([
    ['*', 'GPL-3+'],
    ['node_modules/@s/b/*', 'Expat-s-b'],
    ['node_modules/a/*', 'Expat'],
    ['node_modules/c/*', 'Apache-2.0'],
  ]);
  expect(files[3]).toMatchObject({ copyright: ['2020 Foo Inc.'] });
  expect(files[3]?.comment).toMatch(/^c 1\.0\.0.*\n\nCopyright 2020 Foo Inc\.\n\S/);
  const text = (name: string) => licenses.find((license) => license.name === name)?.text;
  expect(text('Expat-s-b')).toMatch('with some restriction');
  expect(text('Expat')).toMatch('without restriction');
  expect(text('Apache-2.0')).toMatch('/usr/share/common-licenses/Apache-2.0');
});
