import { truncateSync, writeFileSync } from 'node:fs';
import type { TreeLie, TreeRandom } from './hostile-tree.ts';

/** Around what dpkg unpacks (246) and what a file system takes (255). */
const NAME_LENGTHS = [200, 240, 244, 245, 246, 247, 248, 250, 254, 255];
const PATH_LENGTHS = [
  1000, 2000, 3700, 3790, 3800, 3810, 3900, 3990, 4000, 4010, 4080, 4095, 4096, 4200, 6000,
];
const DEPTHS = [30, 100, 150, 190, 199, 200, 201, 210, 400, 1000, 1100];
const GIB = 1024 ** 3;

export const LONG_LIES: readonly TreeLie[] = [
  {
    kind: 'long: names',
    tell(tree, random) {
      const length = random.pick(NAME_LENGTHS);
      const filler = random.pick(['n', 'é', '漢', '😀', '"', '*', ' ']);
      const name = fill(`${tree.tag()}-`, filler, random.pick(['', '.h', '.c']), length);
      tree.write(tree.place(name, random));
    },
  },
  {
    kind: 'long: names of directories and links',
    tell(tree, random) {
      const name = fill(tree.tag(), random.pick(['d', 'é']), '', random.pick(NAME_LENGTHS));
      if (random.below(2) === 0) tree.chain([name, 'b'], 'leaf.h');
      else tree.tool('ln', '-s', random.pick(['Makefile', 'nothing']), name);
    },
  },
  {
    kind: 'long: paths',
    tell(tree, random) {
      const total = random.pick(PATH_LENGTHS);
      const part = random.pick([50, 100, 200, 246]);
      const names: string[] = [];
      const tag = tree.tag();
      for (let left = total - 10; left > 0; left -= part) {
        names.push(fill(`${tag}d`, 'p', '', Math.max(10, Math.min(part - 1, left))));
      }
      tree.chain(names, 'leaf.h');
    },
  },
  {
    kind: 'long: depth',
    tell(tree, random) {
      const depth = random.pick(DEPTHS);
      const tag = tree.tag();
      const name = random.pick(['d', 'sub', '.', 'é']);
      tree.chain(
        [tag, ...Array.from({ length: depth }, () => (name === '.' ? '...' : name))],
        'leaf.h',
      );
    },
  },
  {
    kind: 'long: targets of links',
    tell(tree, random) {
      const length = random.pick([99, 100, 101, 255, 256, 1000, 3000, 4094, 4095]);
      const target = random.pick([
        'x'.repeat(length),
        './'.repeat(length / 2),
        'sub/../'.repeat(length / 7),
      ]);
      tree.tool('ln', '-s', target, tree.tag());
    },
  },
  {
    kind: 'size: sparse files',
    tell(tree, random) {
      const name = `${tree.tag()}${random.pick(['.bin', '.c', '.h', '', '.mk'])}`;
      const size = random.pick([1, 8 * 1024 ** 2, 48 * 1024 ** 2, 5 * GIB, 1024 * GIB, 4000 * GIB]);
      tree.write(name, '');
      truncateSync(tree.path(name), size);
    },
  },
  {
    kind: 'size: sparse files that are read',
    tell(tree, random) {
      const name = random.pick([
        'Kbuild',
        'README',
        'COPYING',
        'hostile.c',
        'sub/hostile.h',
        'CHANGELOG',
        '.gitignore',
        '.gitattributes',
        'Kconfig',
        'debian-changelog',
      ]);
      tree.culprits.push(name);
      tree.silent.push(/^(?:CHANGELOG|\.git.*)$/);
      tree.write(name, random.pick(['', 'obj-m := hostile.o\n']));
      truncateSync(
        tree.path(name),
        random.pick([2 * 1024 ** 2, 70 * 1024 ** 2, 5 * GIB, 1024 * GIB]),
      );
    },
  },
  {
    kind: 'size: one line without end',
    tell(tree, random) {
      const name = random.pick([
        'Kbuild',
        'README.md',
        'LICENSE',
        'hostile.c',
        'Makefile.inc',
        'sub/Makefile',
      ]);
      tree.culprits.push(name);
      const line = random.pick([
        'x',
        'obj-m += a.o ',
        '#',
        '$(',
        '\\\n',
        '/*',
        '-I. ',
        '"',
        'MODULE_LICENSE(',
        '\0',
      ]);
      const end = random.pick(['', '\n']);
      tree.write(
        name,
        line.repeat(Math.floor((random.pick([1, 4]) * 1024 ** 2) / line.length)) + end,
      );
    },
  },
  {
    kind: 'size: many files',
    tell(tree, random) {
      const count = random.pick([50, 700, 3000]);
      const length = random.pick([8, 8, 120]);
      const suffix = random.pick(['.h', '.c', '.txt', '']);
      const tag = tree.tag();
      const folder = random.pick(['', 'sub/']);
      for (let index = 0; index < count; index++) {
        writeFileSync(
          tree.path(`${folder}${fill(`${tag}-${index}`, 'm', suffix, length + 12)}`),
          '/* many */\n',
        );
      }
    },
  },
  {
    kind: 'size: many directories',
    tell(tree, random) {
      const count = random.pick([100, 1000]);
      const tag = tree.tag();
      for (let index = 0; index < count; index++) tree.chain([`${tag}-${index}`], nameFor(random));
    },
  },
];

/** A name of exactly so many bytes. */
function fill(begin: string, filler: string, end: string, length: number): string {
  const room = length - Buffer.byteLength(begin + end);
  const count = Math.max(0, Math.floor(room / Buffer.byteLength(filler)));
  const rest = Math.max(0, room - count * Buffer.byteLength(filler));
  return begin + filler.repeat(count) + '_'.repeat(rest) + end;
}

function nameFor(random: TreeRandom): string {
  return random.pick(['a.h', 'Makefile', 'Kbuild', 'b.txt']);
}
