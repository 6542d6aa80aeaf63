import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDeb822 } from '../../src/debian/deb822.ts';
import { parseRelations } from '../../src/debian/relations.ts';
import { PACKAGE_OF, packageOf } from '../../src/system/process/programs.ts';
import { PROJECT } from '../support/project.ts';

/** On every Debian system (Policy 3.8): nothing depends on them without a version. */
const ESSENTIAL = new Set([
  'bash',
  'coreutils',
  'diffutils',
  'dpkg',
  'gzip',
  'libc-bin',
  'tar',
  'util-linux',
]);
/** dpkg-dev has unpacked with it for as long as there are source packages (its own Depends). */
const BROUGHT_BY_DPKG_DEV = new Set(['bzip2']);

async function sourceFiles(): Promise<string[]> {
  const entries = await readdir(join(PROJECT, 'src'), { recursive: true });
  return entries.filter((path) => path.endsWith('.ts'));
}

test('every program that is run by name has a known package', async () => {
  const unknown: string[] = [];
  for (const path of await sourceFiles()) {
    const text = await readFile(join(PROJECT, 'src', path), 'utf8');
    for (const [, tool = ''] of text.matchAll(/\bbinutil\(\s*'([\w-]+)'/g)) {
      for (const program of [tool, `llvm-${tool}`, `x86_64-linux-gnu-${tool}`]) {
        if (packageOf(program) === undefined) unknown.push(`${path}: ${program}`);
      }
    }
    // run('xz', …), { program: 'xz', … }, generate('dpkg-genchanges', …)
    for (const [, program = ''] of text.matchAll(
      /(?:\brun\(|\bprogram: |\bgenerate\(|\bFilterProcess\()\s*'([a-z][\w.+-]*)'/g,
    )) {
      if (packageOf(program) === undefined) unknown.push(`${path}: ${program}`);
    }
  }
  expect(
    unknown,
    'add them to src/system/process/programs.ts and templates/dkms-deb/control',
  ).toEqual([]);
});

test('our package names each of these packages in one relation', async () => {
  const file = join(PROJECT, 'templates/dkms-deb/control');
  const [, binary] = parseDeb822(await readFile(file, 'utf8'), file).paragraphs;
  const related = ['Depends', 'Recommends', 'Suggests'].flatMap((field) =>
    parseRelations(binary?.get(field) ?? '').flatMap((choice) => choice.map(({ name }) => name)),
  );
  expect(new Set(related).size).toBe(related.length);
  const needed = new Set(Object.values(PACKAGE_OF));
  for (const name of needed) {
    if (ESSENTIAL.has(name) || BROUGHT_BY_DPKG_DEV.has(name)) continue;
    expect(related).toContain(name);
  }
  const { engines } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  expect(binary?.get('Depends')).toContain(`nodejs (${engines.node.replace('>=', '>= ')})`);
});
