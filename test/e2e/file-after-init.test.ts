import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { exampleDirectory } from '../support/example.ts';
import { ONLY_DEBS } from '../support/only-debs.ts';
import {
  call,
  dkmsDeb,
  dkmsDebLines,
  type Sandbox,
  sandboxTest as test,
} from '../support/sandbox.ts';

async function packed(deb: string): Promise<string[]> {
  const { stdout } = await run('dpkg-deb', ['-c', deb]);
  return [...stdout.matchAll(/usr\/src\/hello-1\.0\/(\S*[^/\s])$/gm)].map(([, path]) => path ?? '');
}

type Build = (
  sandbox: Sandbox,
  tree: string,
) => Promise<{ status: number; said: string; files: string[] }>;

const ours: Build = async (sandbox, tree) => {
  const result = await dkmsDeb(sandbox, ['build', '-o', sandbox.out, tree]);
  const deb = result.stdout.split('\n').find((path) => path.endsWith('.deb'));
  return { status: result.exitStatus, said: result.stderr, files: deb ? await packed(deb) : [] };
};

/** Nothing of ours is in PATH: dpkg-dev and debhelper alone. */
const plain: Build = async (sandbox, tree) => {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  const result = await call(sandbox, 'dpkg-buildpackage', ONLY_DEBS, { cwd: tree, env });
  const names = await readdir(join(tree, '..'));
  const deb = names.find((name) => name.endsWith('_all.deb'));
  const files = result.exitStatus === 0 && deb ? await packed(join(tree, '..', deb)) : [];
  return { status: result.exitStatus, said: result.output, files };
};

test.for<[string, string, Build]>([
  ['dkms-deb', 'dkms-deb build', ours],
  ['dh', 'dkms-deb build', ours],
  ['dh', 'dpkg-buildpackage', plain],
])(
  'bug: a source that came after init was left out: --rules %s, %s',
  async ([style, , build], { sandbox }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    const registers = Array.from({ length: 11 }, (_, i) => `registers-${i}.h`);
    for (const name of registers) await writeFile(join(tree, name), '');
    await dkmsDebLines(sandbox, ['init', '--rules', style, tree]);
    const before = await build(sandbox, tree);
    expect(before.status, before.said).toBe(0);

    // A source of a kind of which there are many, listed by pattern; and what a build left.
    await writeFile(join(tree, 'extra.h'), '');
    await writeFile(join(tree, 'hello.ko'), '');
    await writeFile(join(tree, 'hello.mod.c'), '');
    const later = await build(sandbox, tree);
    expect(later.files.sort()).toEqual([...before.files, 'extra.h'].sort());

    // Anything else is told by name.
    await mkdir(join(tree, 'fw'));
    await writeFile(join(tree, 'fw/a.bin'), '');
    await writeFile(join(tree, 'notes'), '');
    const refused = await build(sandbox, tree);
    expect(refused.status).not.toBe(0);
    expect(refused.said).toMatch(/^[ |]*fw\/a\.bin$/m);
    expect(refused.said).toMatch(/^[ |]*notes$/m);
    const check = await dkmsDeb(sandbox, ['init', '--check', tree]);
    expect(check.exitStatus).toBe(1);

    // What a person leaves out on purpose stays out, and quiet.
    await writeFile(join(tree, 'debian/not-installed'), '# for us alone\nnotes\nfw/*.bin\n');
    expect((await build(sandbox, tree)).files.sort()).toEqual(later.files);

    // init lists it by itself, as nobody edited the list.
    await dkmsDebLines(sandbox, ['init', tree]);
    expect((await build(sandbox, tree)).files).toContain('fw/a.bin');
  },
);

test('init keeps an edited list; init --check names files that neither this list nor debian/not-installed contains', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await dkmsDebLines(sandbox, ['init', tree]);
  const list = join(tree, 'debian/hello-dkms.install');
  await appendFile(list, '# edited\n');
  await mkdir(join(tree, 'data'));
  await writeFile(join(tree, 'data/table'), '');
  const check = await dkmsDeb(sandbox, ['init', '--check', tree]);
  expect(check.exitStatus).toBe(1);
  expect(check.stderr).toContain('debian/hello-dkms.install does not list data/table');
  expect((await dkmsDeb(sandbox, ['build', '-o', sandbox.out, tree])).stderr).toContain(
    'data/table',
  );
  await writeFile(join(tree, 'debian/not-installed'), 'data\n');
  expect((await dkmsDeb(sandbox, ['init', '--check', tree])).exitStatus).toBe(0);
  expect((await dkmsDeb(sandbox, ['build', '-o', sandbox.out, tree])).exitStatus).toBe(0);
  expect(await readFile(list, 'utf8')).toContain('# edited');
});
