import { expect, test } from 'vitest';
import { readDebianFacts } from '../../../src/lint/tree/debian-facts.ts';
import { listedSource } from '../../../src/lint/tree/listed-source.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { CLEAN_TREE, writeTree } from '../../support/lint-a-tree.ts';

const LIST = 'dkms.conf usr/src/foo-1.0\nMakefile usr/src/foo-1.0\n';
const byInit = (name: string) => ({
  'debian/.dkms-deb.json': JSON.stringify({ files: { [name]: 'a'.repeat(64) } }),
});

/** Returns the list that is compared, and what it lacks. */
async function listed(lists: Readonly<Record<string, string>>) {
  return withTemporaryDirectory('test', async (directory) => {
    await writeTree(directory, { ...CLEAN_TREE, ...lists });
    const facts = await readDebianFacts(directory);
    // The order in which a file system tells names is not known: both orders are tried.
    const orders = [...(facts?.files ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return Promise.all(
      [orders, orders.toReversed()].map(async (order) => {
        const found = await listedSource(directory, facts && { ...facts, files: new Map(order) });
        return found && { file: found.file.replace(`${directory}/`, ''), missed: found.missed };
      }),
    );
  });
}

test.each([
  ['another package', 'foo-dkms.install', 'foo-utils.install'],
  ['another package, before it by name', 'foo-dkms.install', 'a.install'],
  ['the only package', 'install', 'foo-utils.install'],
])('bug: a list of %s by hand hid the list that init made', async (_, own, other) => {
  const found = { file: `debian/${own}`, missed: ['foo.c'] };
  expect(
    await listed({
      [`debian/${own}`]: LIST,
      [`debian/${other}`]: 'tool usr/bin\n',
      ...byInit(own),
    }),
  ).toEqual([found, found]);
});

test('lists by hand are not compared', async () => {
  const lists = { 'debian/foo-dkms.install': LIST, 'debian/foo-utils.install': 'tool usr/bin\n' };
  expect(await listed(lists)).toEqual([undefined, undefined]);
});
