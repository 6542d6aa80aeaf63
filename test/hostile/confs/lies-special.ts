import type { ConfLie } from './lie.ts';
import type { Entry, HostileTree } from './tree.ts';

/** Every file that some command reads or packs. */
const SOURCE_FILES = [
  ...['dkms.conf', 'Makefile', 'Kbuild', 'config.mk', 'hostile.c', 'hostile.h', 'README.md'],
  ...['LICENSE', 'COPYING', 'patches/fix.patch', 'VERSION', 'configure.ac', 'CHANGELOG', 'AUTHORS'],
  ...['.gitattributes', '.gitmodules', 'hostile.udev', 'hostile.rules', 'package.json'],
  ...['rpm/.dkms-deb.json', 'rpm/hostile-dkms.spec'],
];

const DEBIAN_FILES = [
  ...['control', 'changelog', 'copyright', 'rules', 'source/format', 'source/options'],
  ...['source/local-options', 'hostile-dkms.install', 'hostile-dkms.dkms', 'hostile-dkms.docs'],
  ...['hostile-dkms.links', 'hostile-dkms.dirs', 'hostile-dkms.manpages', 'hostile.8'],
  ...['hostile-dkms.udev', 'hostile-dkms.postinst', 'hostile-dkms.prerm', 'hostile-dkms.NEWS'],
  ...['hostile-dkms.maintscript', 'hostile-dkms.triggers', 'hostile-dkms.lintian-overrides'],
  ...['not-installed', 'watch', 'clean', 'compat', 'files', 'substvars', 'patches/series'],
  ...['upstream/metadata', 'tests/control', '.dkms-deb.json', 'hostile-dkms.substvars'],
  ...['hostile-dkms.examples', 'README.source', '.gitignore', 'hostile-dkms.modprobe'],
];

type Make = (tree: HostileTree, path: string) => Entry;

/** What lies there in the place of a file. */
const KINDS: readonly (readonly [string, Make])[] = [
  ['fifo', () => ({ special: 'fifo' })],
  ['device', () => ({ special: 'device' })],
  ['link to /dev/zero', () => ({ link: '/dev/zero' })],
  ['huge file', () => ({ sparse: 80 * 1024 * 1024 })],
  ['link out', (tree) => ({ link: `${tree.outsideDirectory}/secret` })],
  ['link to /dev/kmsg', () => ({ link: '/dev/kmsg' })],
  ['link to itself', () => ({ link: 'hostile-loop' })],
  ['directory', () => ({ special: 'directory' })],
  [
    'relative link out',
    (_, path) => ({ link: `${'../'.repeat(path.split('/').length)}outside/secret` }),
  ],
];

/** For lint and build: a fault of that kind is told by name. */
const TOLD = new Set([
  ...['fifo', 'device', 'link to /dev/zero', 'link out', 'link to /dev/kmsg', 'relative link out'],
]);

const PACKED = new Set([
  ...['Kbuild', 'config.mk', 'hostile.c', 'hostile.h', 'README.md', 'patches/fix.patch'],
  ...['control', 'changelog', 'copyright', 'rules', 'source/format', 'hostile-dkms.install'].map(
    (name) => `debian/${name}`,
  ),
  ...['dkms', 'docs', 'links', 'dirs', 'manpages', 'udev', 'postinst', 'prerm', 'NEWS'].map(
    (kind) => `debian/hostile-dkms.${kind}`,
  ),
  ...['maintscript', 'triggers', 'examples', 'modprobe'].map(
    (kind) => `debian/hostile-dkms.${kind}`,
  ),
  'debian/hostile.8',
]);

/** Each file gets its turn with every third kind, and its neighbours with the others. */
export const SPECIAL_LIES: readonly ConfLie[] = [
  ...SOURCE_FILES.flatMap((path, i) => [false, true].flatMap((debian) => lies(path, i, debian))),
  ...DEBIAN_FILES.flatMap((name, i) => lies(`debian/${name}`, i, true)),
];

function lies(path: string, place: number, withDebian: boolean): ConfLie[] {
  const shift = place + (withDebian ? 1 : 0);
  return KINDS.filter((_, i) => path === 'dkms.conf' || (i + shift) % 3 === 0).map(
    ([kind, make]) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return {
        kind: `${path.startsWith('debian/') ? 'special file of debian/' : 'special file of the tree'}: ${path} is a ${kind}${withDebian ? '' : ', no debian/'}`,
        withDebian,
        ...(TOLD.has(kind) && !name.startsWith('.') && name !== 'package.json'
          ? { toldBy: { lint: name, ...(isPacked(path, kind) ? { build: name } : {}) } }
          : {}),
        tell: (tree) => {
          const entry = make(tree, path);
          tree.files.set(path, entry);
          if ('link' in entry && entry.link === 'hostile-loop') {
            tree.files.set(path.replace(/[^/]*$/, 'hostile-loop'), { link: 'hostile-loop' });
          }
        },
      };
    },
  );
}

/** What build reads or packs; a link that leads out of the source stays a link in it. */
function isPacked(path: string, kind: string): boolean {
  if (/link out/.test(kind) && !path.startsWith('debian/')) return false;
  return PACKED.has(path);
}
