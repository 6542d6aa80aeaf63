import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { HostileTree, TreeLie } from './hostile-tree.ts';

/** Names by which a tree is read: links of such names are looked at otherwise. */
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
  'debian',
];

type Target = readonly [kind: string, target: (tree: HostileTree, name: string) => string | Buffer];

/** Where a link leads. */
const TARGETS: readonly Target[] = [
  ['to a file beside it', () => 'hostile.c'],
  ['to a folder', () => 'sub'],
  ['to nothing', () => 'nothing-there'],
  ['to itself', (_tree, name) => name.split('/').at(-1) ?? name],
  ['to the top', () => '.'],
  [
    'in a circle',
    (tree, name) => {
      tree.tool('ln', '-s', name, `${tree.tag()}`);
      return tree.culprits.at(-1) ?? '';
    },
  ],
  ['to a folder above', () => '..'],
  [
    'to a file outside',
    (tree) => {
      writeFileSync(`${tree.outside}/secret`, 'secret\n');
      return '../outside/secret';
    },
  ],
  [
    'to a folder outside',
    (tree) => {
      mkdirSync(`${tree.outside}/folder`);
      writeFileSync(`${tree.outside}/folder/secret.c`, 'MODULE_LICENSE("secret");\n');
      return '../outside/folder';
    },
  ],
  ['out and back', (tree) => `../${tree.directory.split('/').at(-1)}/hostile.c`],
  ['to an absolute path within', (tree) => `${tree.directory}/hostile.c`],
  ['to /etc/passwd', () => '/etc/passwd'],
  ['to /dev/zero', () => '/dev/zero'],
  ['to /dev/stdin', () => '/dev/stdin'],
  ['to /proc', () => '/proc/self/environ'],
  ['to the root', () => '/'],
  [
    'to a fifo',
    (tree) => {
      tree.tool('mkfifo', `${tree.outside}/fifo`);
      return '../outside/fifo';
    },
  ],
  ['with a control character', () => 'hostile.c\x1b[31m\r'],
  ['with a line end', () => 'hostile.c\n/etc/passwd'],
  ['that is not UTF-8', () => Buffer.from([0x68, 0xff, 0xe9])],
  ['with blanks and patterns', () => ' *?[ab] $(id) '],
  ['with slashes at its end', () => 'sub//'],
];

export const LINK_LIES: readonly TreeLie[] = [
  ...TARGETS.map(
    ([kind, target]): TreeLie => ({
      kind: `links: ${kind}`,
      tell(tree, random) {
        const name =
          random.below(3) === 0
            ? random.pick(READ)
            : `${random.pick(['', 'sub/'])}${tree.tag()}${random.pick(['', '.h', '.c'])}`;
        tree.culprits.push(name);
        tree.silent.push(/^(?:CHANGELOG.md|debian(?:\/|$))/);
        const leads = target(tree, name);
        rmSync(tree.path(name), { force: true });
        symlinkSync(leads, tree.path(name));
      },
    }),
  ),
  {
    kind: 'links: a folder with sources',
    tell(tree) {
      tree.tool('mv', 'sub', '../outside/sub');
      tree.culprits.push('sub', 'hostile.h');
      symlinkSync('../outside/sub', tree.path('sub'));
    },
  },
  {
    kind: 'links: many in a chain',
    tell(tree, random) {
      const tag = tree.tag();
      const count = random.pick([5, 39, 45, 300]);
      for (let index = 0; index < count; index++)
        symlinkSync(`${tag}-${index + 1}`, tree.path(`${tag}-${index}`));
      if (random.below(2) === 0) tree.write(`${tag}-${count}`);
    },
  },
  {
    kind: 'hard links: within the tree',
    tell(tree, random) {
      const of = random.pick(['hostile.c', 'sub/hostile.h', 'Makefile', 'README.md', 'dkms.conf']);
      for (let count = 1 + random.below(4); count > 0; count--) {
        linkSync(tree.path(of), tree.path(`${random.pick(['', 'sub/'])}${tree.tag()}.h`));
      }
    },
  },
  {
    kind: 'hard links: to a file outside',
    tell(tree, random) {
      const name = random.pick(['dkms.conf', 'Makefile', 'hostile.c', `${tree.tag()}.h`]);
      tree.culprits.push(name);
      if (name.startsWith('evil')) tree.write(name);
      linkSync(tree.path(name), `${tree.outside}/second-name`);
    },
  },
  {
    kind: 'hard links: of a link',
    tell(tree, random) {
      const tag = tree.tag();
      symlinkSync(random.pick(['hostile.c', 'nothing']), tree.path(`${tag}a`));
      tree.tool('ln', '-P', `${tag}a`, `sub/${tag}b`);
    },
  },
];
