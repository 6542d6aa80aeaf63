import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import type { HostileTree, TreeLie } from './hostile-tree.ts';

type Move = (tree: HostileTree, name: string, tick: number) => void;

const MOVES: readonly (readonly [kind: string, move: Move])[] = [
  ['grows', (tree, name) => appendFileSync(tree.path(name), 'more\n')],
  [
    'grows and shrinks',
    (tree, name, tick) =>
      tick % 2 === 0
        ? truncateSync(tree.path(name), 1)
        : appendFileSync(tree.path(name), 'x'.repeat(5000)),
  ],
  ['changes', (tree, name, tick) => writeFileSync(tree.path(name), `${tick % 10}`.repeat(3000))],
  ['vanishes', (tree, name) => unlinkSync(tree.path(name))],
  [
    'comes and goes',
    (tree, name, tick) =>
      tick % 2 === 0
        ? rmSync(tree.path(name), { force: true })
        : writeFileSync(tree.path(name), 'back\n'),
  ],
  [
    'becomes a link and a file again',
    (tree, name, tick) => {
      rmSync(tree.path(name), { force: true });
      if (tick % 2 === 0) symlinkSync('/etc/passwd', tree.path(name));
      else writeFileSync(tree.path(name), 'back\n');
    },
  ],
  [
    'becomes a folder and a file again',
    (tree, name, tick) => {
      rmSync(tree.path(name), { force: true, recursive: true });
      if (tick % 2 === 0) mkdirSync(tree.path(name));
      else writeFileSync(tree.path(name), 'back\n');
    },
  ],
  [
    'becomes a fifo and a file again',
    (tree, name, tick) => {
      rmSync(tree.path(name), { force: true });
      if (tick % 2 === 0) tree.tool('mkfifo', name);
      else writeFileSync(tree.path(name), 'back\n');
    },
  ],
  [
    'changes its mode',
    (tree, name, tick) => chmodSync(tree.path(name), tick % 2 === 0 ? 0o755 : 0o644),
  ],
  ['changes its time', (tree, name, tick) => utimesSync(tree.path(name), tick, tick)],
];

/** A file that nothing reads before it is packed, and files that are read early and late. */
const NAMES = [
  '',
  '',
  'Makefile',
  'hostile.c',
  'dkms.conf',
  'README.md',
  'sub/hostile.h',
  'LICENSE',
];

export const MOVING_LIES: readonly TreeLie[] = [
  ...MOVES.map(
    ([kind, move]): TreeLie => ({
      kind: `moving: a file ${kind}`,
      tell(tree, random) {
        const name = random.pick(NAMES) || `${tree.tag()}.h`;
        tree.culprits.push(name);
        if (name.startsWith('evil')) tree.write(name);
        const begin = random.pick([0, 0, 20, 60, 100]);
        let tick = 0;
        tree.moving = () => {
          if (tick++ >= begin) move(tree, name, tick);
        };
      },
    }),
  ),
  {
    kind: 'moving: files come',
    tell(tree, random) {
      const tag = tree.tag();
      const folder = random.pick(['', 'sub/']);
      let tick = 0;
      tree.moving = () => {
        if (tick++ < 3000) tree.write(`${folder}${tag}-${tick}.h`);
      };
    },
  },
  {
    kind: 'moving: a folder is renamed',
    tell(tree) {
      tree.culprits.push('sub');
      let tick = 0;
      tree.moving = () => {
        const [from, to] = tick++ % 2 === 0 ? ['sub', 'sub2'] : ['sub2', 'sub'];
        renameSync(tree.path(from), tree.path(to));
      };
    },
  },
  {
    kind: 'moving: the tree is renamed or goes',
    tell(tree, random) {
      tree.culprits.push(tree.directory, 'directory');
      const begin = random.below(120);
      const goes = random.below(2) === 0;
      let tick = 0;
      tree.moving = () => {
        if (tick++ !== begin) return;
        renameSync(tree.directory, `${tree.outside}/gone`);
        if (goes) mkdirSync(tree.directory);
      };
    },
  },
];
