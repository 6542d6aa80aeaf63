import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { dkmsDeb, sandboxTest as test } from '../support/sandbox.ts';

const CONF =
  'PACKAGE_NAME="toy"\nPACKAGE_VERSION="1.0"\nBUILT_MODULE_NAME[0]="toy"\nDEST_MODULE_LOCATION[0]="/extra"\n';
const MODULE = '#include <linux/module.h>\nMODULE_LICENSE("GPL");\n';

interface Case {
  readonly files: Record<string, string>;
  readonly git?: boolean;
  /** Below /usr/src/toy-1.0, and what is not there. */
  readonly packed: readonly string[];
  readonly not: readonly string[];
}

const IN_SRC = { 'src/toy.c': MODULE, 'src/Makefile': 'obj-m := toy.o\n', 'src/dkms.conf': CONF };
const AT_TOP = { 'toy.c': MODULE, Makefile: 'obj-m := toy.o\n', 'dkms.conf': CONF };

/** What init lists, build must find, and what build asks for, init must list: one answer to what is source. */
test.for<[string, Case]>([
  [
    'a packaging in the folder of the driver',
    {
      files: { ...IN_SRC, 'src/debian/control': 'x', 'src/debian/dirs': 'x' },
      packed: ['toy.c', 'Makefile', 'dkms.conf'],
      not: ['debian'],
    },
  ],
  [
    'folders that mean something at the top only',
    {
      files: { ...IN_SRC, 'src/docker/x': 'x', 'src/freebsd/y.c': 'x', 'src/patches/debian/z': '' },
      packed: ['docker/x', 'freebsd/y.c', 'patches/debian/z'],
      not: [],
    },
  ],
  [
    'tracked files that look like leftovers',
    {
      files: { ...AT_TOP, '.tidy.orig': 'x', 'fw/x.lo': 'x', 'fw/y.bak': 'x', 'fw/z.txt': 'x' },
      git: true,
      packed: ['toy.c', 'fw/x.lo', 'fw/z.txt'],
      not: ['.tidy.orig', 'fw/y.bak'],
    },
  ],
  [
    'what people work with',
    {
      files: { ...AT_TOP, 'tests/x.c': '', 'nix/x.nix': '', 'AGENTS.md': '', 'README.md': 'toy' },
      packed: ['toy.c', 'README.md'],
      not: ['tests', 'nix', 'AGENTS'],
    },
  ],
])('bug: build refused what init had just listed: %s', async ([, wanted], { sandbox }) => {
  const tree = join(sandbox.directory, 'toy');
  for (const [path, text] of Object.entries(wanted.files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  if (wanted.git) {
    const git = ['-C', tree, '-c', 'user.name=t', '-c', 'user.email=t@example.org'];
    await run('git', [...git, 'init', '-q']);
    await run('git', [...git, 'add', '--force', '.']);
    await run('git', [...git, 'commit', '-qm', 'one']);
  }
  // debian/check-source of this style names what stays out.
  for (const args of [
    ['init', '--rules', 'dh', tree],
    ['build', '-F', '-o', sandbox.out, tree],
  ]) {
    const result = await dkmsDeb(sandbox, args);
    expect(result.exitStatus, result.stderr).toBe(0);
  }
  const list = async (deb: string) =>
    (await run('dpkg-deb', ['-c', deb])).stdout.match(/(?<=usr\/src\/toy-1\.0\/)\S+$/gm) ?? [];
  const packed = await list(join(sandbox.out, 'toy-dkms_1.0_all.deb'));
  expect(packed).toEqual(expect.arrayContaining([...wanted.packed]));
  for (const path of wanted.not) expect(packed.join(' ')).not.toContain(path);

  // Of the source package, where no git tells what is source, comes the same.
  const unpacked = join(sandbox.directory, 'unpacked');
  const dsc = join(sandbox.out, 'toy_1.0.dsc');
  await run('dpkg-source', ['-x', dsc, unpacked]);
  const again = await dkmsDeb(sandbox, ['build', '-o', sandbox.directory, unpacked]);
  expect(again.exitStatus, again.stderr).toBe(0);
  expect(await list(join(sandbox.directory, 'toy-dkms_1.0_all.deb'))).toEqual(packed);
});
