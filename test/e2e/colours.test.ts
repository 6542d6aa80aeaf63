import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'vitest';
import { dkmsDeb, sandboxTest as test } from '../support/sandbox.ts';

test('in a pipe there are colours only if they are asked for, and never escape sequences of a name', async ({
  sandbox,
}) => {
  const red = '\u001b[31m';
  const call = async (env: Record<string, string>, ...args: string[]) =>
    (await dkmsDeb(sandbox, ['init', 'mis\u001b[31msing', ...args], { env })).stderr;
  expect(await call({})).not.toContain('\u001b');
  expect(await call({ FORCE_COLOR: '1' })).toContain(`${red}dkms-deb: error:`);
  expect(await call({ FORCE_COLOR: '1' }, '--color=never')).not.toContain('\u001b');
  const always = await call({ NO_COLOR: '1' }, '--color', 'always');
  expect(always).toContain(`${red}dkms-deb: error:`);
  expect(always.split(red)).toHaveLength(2);
});

test('help and findings have colours where stdout has', async ({ sandbox }) => {
  const tree = join(sandbox.directory, 'tree');
  await mkdir(tree);
  await writeFile(join(tree, 'dkms.conf'), 'REMAKE_INITRD=\u001b[31mno\n');
  for (const args of [['--help'], ['build', '--help'], ['lint', tree]]) {
    const plain = await dkmsDeb(sandbox, args, { env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b');
    const coloured = await dkmsDeb(sandbox, args, { env: { FORCE_COLOR: '1' } });
    expect(coloured.stdout).toContain('\u001b[1m');
    expect(stripVTControlCharacters(coloured.stdout)).toBe(plain.stdout);
  }
  const json = await dkmsDeb(sandbox, ['lint', '--json', tree], { env: { FORCE_COLOR: '1' } });
  expect(JSON.parse(json.stdout).findings).not.toEqual([]);
});
