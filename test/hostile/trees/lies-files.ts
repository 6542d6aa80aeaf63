import { chmodSync, lutimesSync, mkdirSync, rmSync } from 'node:fs';
import type { HostileTree, TreeLie, TreeRandom } from './hostile-tree.ts';

/** By which a tree is read, and which nothing reads. */
const READ = [
  'Makefile',
  'README.md',
  'LICENSE',
  'hostile.c',
  'sub/hostile.h',
  'Kbuild',
  'COPYING',
  'Kconfig',
  'CHANGELOG.md',
  'sub/Makefile',
  '.gitignore',
  '.gitattributes',
  '.gitmodules',
  'debian/control',
  'debian/changelog',
  'debian/copyright',
  'debian/rules',
  'debian/source/format',
  'dkms/dkms.conf',
  'patches/series',
  'dkms.conf.in',
];
const SPECIAL: readonly (readonly [
  kind: string,
  make: (tree: HostileTree, name: string) => boolean,
])[] = [
  ['a fifo', (tree, name) => tree.tool('mkfifo', name)],
  [
    'a socket',
    (tree, name) =>
      tree.tool(
        'python3',
        '-c',
        'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])',
        name,
      ),
  ],
  ['/dev/zero', (tree, name) => tree.tool('mknod', name, 'c', '1', '5')],
  ['a terminal', (tree, name) => tree.tool('mknod', name, 'c', '5', '0')],
  ['a disk', (tree, name) => tree.tool('mknod', name, 'b', '7', '200')],
];
const MODES = [
  0o000, 0o111, 0o222, 0o400, 0o444, 0o600, 0o666, 0o777, 0o4755, 0o2755, 0o6711, 0o1644, 0o7777,
  0o002,
];
const DIRECTORY_MODES = [0o500, 0o555, 0o700, 0o777, 0o1777, 0o2775, 0o4755, 0o7777, 0o711];
/** Before 1970, old, around what 32 bits and eleven octal digits hold, and far. */
const MTIMES = [
  -2_147_483_648,
  -1_000_000_000,
  -1,
  0,
  1,
  315_532_799,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  8 ** 11 - 1,
  8 ** 11,
  15_000_000_000,
];

export const FILE_LIES: readonly TreeLie[] = [
  ...SPECIAL.map(
    ([kind, make]): TreeLie => ({
      kind: `special files: ${kind}`,
      tell(tree, random) {
        const name = nameOf(tree, random);
        rmSync(tree.path(name), { force: true });
        // Whoever may make no devices makes a fifo.
        if (!make(tree, name)) tree.tool('mkfifo', name);
      },
    }),
  ),
  {
    kind: 'special files: a directory in the place of a file',
    tell(tree, random) {
      const name = nameOf(tree, random);
      rmSync(tree.path(name), { force: true, recursive: true });
      mkdirSync(tree.path(name));
      if (random.below(2) === 0) tree.write(`${name}/inner.h`);
    },
  },
  {
    kind: 'unreadable: files',
    tell(tree, random) {
      tree.withoutPrivileges = true;
      const name = nameOf(tree, random);
      rmSync(tree.path(name), { force: true });
      tree.write(name, 'obj-m := hostile.o\n');
      chmodSync(tree.path(name), random.pick([0o000, 0o200, 0o111]));
    },
  },
  {
    kind: 'unreadable: folders',
    tell(tree, random) {
      tree.withoutPrivileges = true;
      const name = random.pick(['sub', tree.tag(), 'debian', '.git', 'dkms', 'patches']);
      tree.culprits.push(name);
      tree.silent.push(/^debian/);
      mkdirSync(tree.path(name), { recursive: true });
      tree.write(`${name}/inner.h`);
      chmodSync(tree.path(name), random.pick([0o000, 0o111, 0o444, 0o222, 0o300]));
    },
  },
  {
    kind: 'unreadable: the tree',
    tell(tree, random) {
      tree.withoutPrivileges = true;
      tree.culprits.push(tree.directory);
      if (random.below(2) === 0) chmodSync(tree.path('dkms.conf'), 0);
      else chmodSync(tree.directory, random.pick([0o000, 0o111, 0o444, 0o555, 0o333]));
    },
  },
  {
    kind: 'modes: of files',
    tell(tree, random) {
      for (let count = 1 + random.below(4); count > 0; count--) {
        const name = random.pick([
          'Makefile',
          'hostile.c',
          'dkms.conf',
          `${tree.tag()}.sh`,
          `${tree.tag()}.h`,
          `${tree.tag()}.so`,
        ]);
        if (name.startsWith('evil')) tree.write(name);
        chmodSync(tree.path(name), random.pick(MODES));
      }
    },
  },
  {
    kind: 'modes: of folders',
    tell(tree, random) {
      const name = random.pick(['sub', tree.tag()]);
      mkdirSync(tree.path(name), { recursive: true });
      chmodSync(tree.path(name), random.pick(DIRECTORY_MODES));
      if (random.below(3) === 0) chmodSync(tree.directory, random.pick(DIRECTORY_MODES));
    },
  },
  {
    kind: 'modes: owners',
    tell(tree, random) {
      const owner = random.pick(['65534:65534', '1000:1000', '3000000:3000000', '0:7']);
      tree.tool(
        'chown',
        random.pick(['-R', '-h']),
        owner,
        random.pick(['.', 'hostile.c', 'sub', 'dkms.conf']),
      );
    },
  },
  ...['one', 'all'].map(
    (which): TreeLie => ({
      kind: `times: of ${which}`,
      tell(tree, random) {
        tree.write(`${tree.tag()}.h`);
        const all = [
          'dkms.conf',
          'Makefile',
          'hostile.c',
          'sub/hostile.h',
          'README.md',
          'LICENSE',
          `${tree.culprits.at(-1)}.h`,
          'sub',
          '.',
        ];
        const time = random.pick(MTIMES) + random.pick([0, 0.25, 0.999]);
        for (const name of which === 'all' ? all : [random.pick(all)]) {
          lutimesSync(tree.path(name), time, time);
        }
        tree.culprits.push('time', 'date', 'SOURCE_DATE_EPOCH');
      },
    }),
  ),
];

/** Mostly of a file that is read; its name is what a refusal must have. */
function nameOf(tree: HostileTree, random: TreeRandom): string {
  const name =
    random.below(4) === 0
      ? `${random.pick(['', 'sub/'])}${tree.tag()}${random.pick(['', '.h', '.c'])}`
      : random.pick(READ);
  const folder = name.slice(0, Math.max(0, name.lastIndexOf('/')));
  mkdirSync(tree.path(folder), { recursive: true });
  // A debian/ with that file alone lacks a changelog, too.
  tree.culprits.push(name, ...(name.startsWith('debian/') ? ['debian/changelog'] : []));
  tree.silent.push(/^(?:debian(?:\/|$)|CHANGELOG.md$|\.git)/);
  return name;
}
