import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withPackagedFacts } from '../../../src/commands/info/packaged-facts.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const FACTS = [
  { fact: 'name', value: 'foo', from: 'dkms.conf:1 PACKAGE_NAME' },
  { fact: 'synopsis', value: 'a module', from: 'foo.c' },
  { fact: 'description', value: undefined, from: undefined },
  { fact: 'Homepage', value: undefined, from: undefined },
  { fact: 'Vcs-Git', value: 'https://example.org/fork', from: '.git' },
  { fact: 'Vcs-Browser', value: undefined, from: undefined },
];

async function factsWith(
  control: string,
  description = { synopsis: 'a module', paragraphs: [''] },
) {
  return withTemporaryDirectory('test', async (tree) => {
    await mkdir(join(tree, 'debian'));
    await writeFile(join(tree, 'debian/control'), control);
    const facts = await withPackagedFacts(FACTS, tree, description);
    return facts.map(({ fact, value, from }) => `${fact}: ${value} (${from})`);
  });
}

test('what debian/control states takes the place of what the tree states', async () => {
  const control =
    'Source: foo\nHomepage: https://example.org\nVcs-Git: https://salsa.example.org/foo.git\n';
  const description = { synopsis: 'driver for Foo', paragraphs: ['One.', 'Two.'] };
  expect(await factsWith(control, description)).toEqual([
    'name: foo (dkms.conf:1 PACKAGE_NAME)',
    'synopsis: driver for Foo (debian/control)',
    'description: 2 paragraphs (debian/control)',
    'Homepage: https://example.org (debian/control)',
    'Vcs-Git: https://salsa.example.org/foo.git (debian/control)',
    'Vcs-Browser: undefined (undefined)',
  ]);
});

test('what debian/control does not state, or cannot state because it is damaged, is left as it is', async () => {
  for (const control of ['Source: foo\n', 'no field\n']) {
    const facts = await factsWith(control, { synopsis: 'a module', paragraphs: [] });
    expect(facts).toEqual(FACTS.map(({ fact, value, from }) => `${fact}: ${value} (${from})`));
  }
});
