import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import type { TreeLie } from './hostile-tree.ts';

/** Where else a dkms.conf may lie. */
const PLACES = [
  'dkms/dkms.conf',
  'sub/dkms.conf',
  'sub/dkms/dkms.conf',
  'DKMS.CONF',
  'Dkms.conf',
  'dkms.conf.in',
  'dkms.conf~',
  'dkms.conf.orig',
  'src/dkms.conf',
  'debian/hostile-dkms.dkms',
  'debian/dkms',
  'debian/other-dkms.dkms',
  'dkms.conf.d/dkms.conf',
  'DKMS/dkms.conf',
  'hostile-1.0/dkms.conf',
];

export const CONF_LIES: readonly TreeLie[] = [
  {
    kind: 'confs: several',
    tell(tree, random) {
      for (let count = 1 + random.below(3); count > 0; count--) {
        const place = random.pick(PLACES);
        mkdirSync(tree.path(place.slice(0, Math.max(0, place.lastIndexOf('/')))), {
          recursive: true,
        });
        tree.write(place, tree.conf(random.pick(['hostile', 'other'])));
        tree.culprits.push(place);
      }
      tree.silent.push(/^debian|dkms\.conf(?:\.in|~|\.orig)?$/i);
      if (random.below(4) === 0) rmSync(tree.path('dkms.conf'));
    },
  },
  {
    kind: 'confs: links',
    tell(tree, random) {
      const place = random.pick([
        'sub/dkms.conf',
        'real.conf',
        '../outside/dkms.conf',
        'dkms/dkms.conf',
      ]);
      mkdirSync(tree.path(place.slice(0, Math.max(0, place.lastIndexOf('/')))), {
        recursive: true,
      });
      renameSync(tree.path('dkms.conf'), tree.path(place));
      tree.culprits.push('dkms.conf');
      if (random.below(3) === 0) linkSync(tree.path(place), tree.path('dkms.conf'));
      else symlinkSync(place, tree.path('dkms.conf'));
    },
  },
  {
    kind: 'confs: a directory of that name',
    tell(tree, random) {
      const place = random.pick([
        'dkms.conf',
        'dkms/dkms.conf',
        'sub/dkms.conf',
        'debian/hostile-dkms.dkms',
      ]);
      rmSync(tree.path(place), { force: true });
      mkdirSync(tree.path(place), { recursive: true });
      tree.culprits.push(place);
      tree.silent.push(/^debian|dkms\.conf$/);
    },
  },
  {
    kind: 'empty: trees',
    tell(tree, random) {
      tree.culprits.push(tree.directory, 'dkms.conf');
      const keep = random.pick([
        [],
        ['dkms.conf'],
        ['Makefile'],
        ['hostile.c'],
        ['README.md'],
        ['dkms.conf', 'sub'],
      ]);
      for (const name of [
        'dkms.conf',
        'Makefile',
        'hostile.c',
        'README.md',
        'LICENSE',
        'sub/hostile.h',
        'sub',
      ]) {
        if (!keep.includes(name)) rmSync(tree.path(name), { recursive: true, force: true });
      }
    },
  },
  {
    kind: 'empty: directories',
    tell(tree, random) {
      for (let count = 1 + random.below(3); count > 0; count--) {
        mkdirSync(tree.path(`${random.pick(['', 'sub/', 'a/b/c/'])}${tree.tag()}`), {
          recursive: true,
        });
      }
      if (random.below(2) === 0) tree.commit();
      // git tracks no directories.
      tree.silent.push(/evil\d+x$/, /^a(?:\/b(?:\/c)?)?$/);
    },
  },
  {
    kind: 'empty: files',
    tell(tree, random) {
      for (let count = 1 + random.below(3); count > 0; count--) {
        const name = random.pick([
          'Makefile',
          'hostile.c',
          'README.md',
          'LICENSE',
          'sub/hostile.h',
          `${tree.tag()}.h`,
          'Kbuild',
          'debian/control',
          'debian/changelog',
        ]);
        mkdirSync(tree.path(name.slice(0, Math.max(0, name.lastIndexOf('/')))), {
          recursive: true,
        });
        tree.write(name, '');
        tree.culprits.push(name);
      }
      tree.silent.push(/^debian/);
    },
  },
];
