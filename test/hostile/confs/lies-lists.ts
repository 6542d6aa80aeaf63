// biome-ignore-all lint/suspicious/noTemplateCurlyInString: substvars and bash, not templates
import { append, type ConfLie, replace, write } from './lie.ts';
import type { HostileTree } from './tree.ts';

const long = 'a'.repeat(200);

function longNames(tree: HostileTree): void {
  for (let i = 0; i < 20; i++) write(tree, `${long}${i}`, 'x\n');
}

const install = (line: string) => (tree: HostileTree) => {
  longNames(tree);
  append(tree, 'debian/hostile-dkms.install', `${line}\n`);
};

const list = (name: string, text: string) => (tree: HostileTree) =>
  write(tree, `debian/hostile-dkms.${name}`, text);

const LISTS: Readonly<Record<string, (tree: HostileTree) => void>> = {
  'install: a catastrophic pattern': install(`${'*a'.repeat(60)}*b usr/src/hostile-1.0/`),
  'install: a pattern of question marks': install(`${'*?'.repeat(80)}b usr/src/hostile-1.0/`),
  'install: classes': install(`${'*[a-z]'.repeat(40)}[!a] usr/src/hostile-1.0/`),
  'install: any depth': install(`${'**/'.repeat(40)}*.c usr/src/hostile-1.0/`),
  'install: depth of patterns': install(`${'*/'.repeat(200)}* usr/src/hostile-1.0/`),
  'install: braces': install(`${'{a,b}'.repeat(30)} usr/src/hostile-1.0/`),
  'install: a bracket without end': install('[a-z usr/src/hostile-1.0/'),
  'install: a range the wrong way': install('[z-a]* usr/src/hostile-1.0/'),
  'install: a backslash at its end': install('hostile.c\\ usr/src/hostile-1.0/'),
  'install: thirty thousand lines': (tree) =>
    append(tree, 'debian/hostile-dkms.install', 'LICENSE usr/src/hostile-1.0/\n'.repeat(30_000)),
  'install: thirty thousand destinations': (tree) =>
    append(
      tree,
      'debian/hostile-dkms.install',
      Array.from({ length: 30_000 }, (_, i) => `LICENSE usr/src/hostile-1.0/d${i}/\n`).join(''),
    ),
  'install: a line of 5 MB': install(`${'LICENSE '.repeat(600_000)} usr/src/hostile-1.0/`),
  'install: a destination of 5000 bytes': install(`LICENSE usr/src/${'d/'.repeat(2500)}`),
  'install: a source outside': (tree) =>
    append(tree, 'debian/hostile-dkms.install', '../outside/secret usr/src/hostile-1.0/\n'),
  'install: an absolute source': (tree) =>
    append(
      tree,
      'debian/hostile-dkms.install',
      `${tree.outsideDirectory}/secret usr/src/hostile-1.0/\n`,
    ),
  'install: a pattern outside': (tree) =>
    append(tree, 'debian/hostile-dkms.install', '../out*/sec* usr/src/hostile-1.0/\n'),
  'install: through a link': (tree) => {
    tree.files.set('away', { link: tree.outsideDirectory });
    append(tree, 'debian/hostile-dkms.install', 'away/secret usr/src/hostile-1.0/\n');
  },
  'install: a directory that is a link': (tree) => {
    tree.files.set('away', { link: '../outside' });
    append(tree, 'debian/hostile-dkms.install', 'away usr/src/hostile-1.0/\n');
  },
  'install: destination above': install('LICENSE ../../etc/'),
  'install: destination with ..': install('LICENSE usr/src/../../../etc/'),
  'install: destination DEBIAN': install('LICENSE DEBIAN/'),
  'install: over a file': install('LICENSE usr/src/hostile-1.0/hostile.c/'),
  'install: everything into itself': install('. usr/src/hostile-1.0/'),
  'install: the root': install('/ usr/src/hostile-1.0/'),
  'install: debian': install('debian usr/src/hostile-1.0/'),
  'install: of dh-exec': (tree) => {
    tree.files.set('debian/hostile-dkms.install', {
      text: `#!${tree.outsideDirectory}/run\nhostile.c => usr/src/hostile-1.0/x.c\n`,
      mode: 0o755,
    });
  },
  'install: zeros': install('LICENSE\0x usr/src/hostile-1.0/'),
  'install: Latin-1': (tree) =>
    write(
      tree,
      'debian/hostile-dkms.install',
      Buffer.from('h\xe4* usr/src/hostile-1.0/\n', 'latin1'),
    ),
  'install: variables': install('${HOME}/x $(id) `id` ${env:HOME} usr/src/hostile-1.0/'),
  'links: a circle': list('links', 'usr/a usr/b\nusr/b usr/a\n'),
  'links: itself': list('links', 'usr/a usr/a\n'),
  'links: leads out': list('links', '../../etc/passwd usr/share/x\n/etc/shadow usr/share/y\n'),
  'links: over a directory': list('links', 'usr/share usr/src/hostile-1.0\n'),
  'links: over /usr': list('links', 'tmp usr\n'),
  'links: thirty thousand': list(
    'links',
    Array.from({ length: 30_000 }, (_, i) => `usr/a${i} usr/b${i}\n`).join(''),
  ),
  'links: odd number of words': list('links', 'usr/a\n'),
  'dirs: above': list('dirs', '../../outside/x\n/../x\n'),
  'dirs: very deep': list('dirs', `${'d/'.repeat(2000)}\n`),
  'dirs: very long': list('dirs', `etc/${'d'.repeat(300)}\n`),
  'docs: outside': list('docs', '../outside/secret\n'),
  'docs: all of it': list('docs', '*\n'),
  'manpages: no page': list('manpages', 'README.md\n'),
  'manpages: outside': list('manpages', '../outside/secret\n'),
  'manpages: a page of .so': (tree) => write(tree, 'debian/hostile.8', '.so ../../../etc/passwd\n'),
  'examples: outside': (tree) => {
    tree.files.set('away', { link: '../outside' });
    write(tree, 'debian/hostile-dkms.examples', 'away/*\n');
  },
  'not-installed: a catastrophic pattern': (tree) => {
    longNames(tree);
    append(tree, 'debian/not-installed', `${'*a'.repeat(60)}*b\n`);
  },
  'not-installed: a million lines': (tree) =>
    append(tree, 'debian/not-installed', 'x\n'.repeat(1_000_000)),
  'udev: for another': (tree) => write(tree, 'debian/hostile-dkms.99-x.udev', 'x\n'),
  'copyright: a million lines': (tree) =>
    append(tree, 'debian/copyright', ' x\n'.repeat(1_000_000)),
  'copyright: fifty thousand stanzas': (tree) =>
    append(
      tree,
      'debian/copyright',
      Array.from(
        { length: 50_000 },
        (_, i) => `\nFiles: a${i}*\nCopyright: x\nLicense: GPL-2\n`,
      ).join(''),
    ),
  'copyright: a catastrophic pattern': (tree) => {
    longNames(tree);
    replace(tree, 'debian/copyright', 'Files: *', `Files: *\nX: y\n\nFiles: ${'*a'.repeat(60)}*b`);
  },
  'source/format: of another': (tree) => write(tree, 'debian/source/format', '9.0 (evil)\n'),
  'source/options: a command': (tree) =>
    write(
      tree,
      'debian/source/options',
      `compression = ../x\nextend-diff-ignore = "(a*)*b"\nauto-commit\n`,
    ),
  'source/options: an expression': (tree) =>
    write(tree, 'debian/source/options', `tar-ignore = "${'*a'.repeat(60)}*b"\n`),
  'rules: another program': (tree) =>
    tree.files.set('debian/rules', { text: `#!${tree.outsideDirectory}/run\n`, mode: 0o755 }),
  'rules: an override of all': (tree) =>
    append(tree, 'debian/rules', 'override_dh_auto_install:\n\tcp -r /etc/apt debian\n'),
  'rules: reads while it is read': ({ files, mark }) =>
    void files.set('debian/rules', {
      text: `#!/usr/bin/make -f\nx := $(shell sleep ${mark})\ninclude /dev/zero\nbinary clean build:\n\tdkms-deb build --from-rules\n`,
      mode: 0o755,
    }),
  'rules: a hundred thousand lines': (tree) =>
    append(tree, 'debian/rules', 'x:\n\ttrue\n'.repeat(50_000)),
  'rules: not executable': (tree) =>
    write(tree, 'debian/rules', '#!/usr/bin/make -f\n%:\n\tdh $@ --with dkms\n'),
  'series: a patch outside': (tree) =>
    write(tree, 'debian/patches/series', '../../../outside/secret\n'),
  'series: a patch that is a fifo': (tree) => {
    write(tree, 'debian/patches/series', 'x.patch\n');
    tree.files.set('debian/patches/x.patch', { special: 'fifo' });
  },
  'debian/ is a link out': (tree) => {
    for (const path of [...tree.files.keys()])
      if (path.startsWith('debian/')) tree.files.delete(path);
    tree.files.set('debian', { link: '../outside' });
  },
  'debian/ is a fifo': (tree) => {
    for (const path of [...tree.files.keys()])
      if (path.startsWith('debian/')) tree.files.delete(path);
    tree.files.set('debian', { special: 'fifo' });
  },
  'debian/ is empty': (tree) => {
    for (const path of [...tree.files.keys()])
      if (path.startsWith('debian/')) tree.files.delete(path);
    tree.files.set('debian', { special: 'directory' });
  },
  '.dkms-deb.json: no document': (tree) =>
    write(tree, 'debian/.dkms-deb.json', '{"files": [null, {"x": '),
  '.dkms-deb.json: of other types': (tree) =>
    write(tree, 'debian/.dkms-deb.json', '{"files": 5, "version": [], "__proto__": {"a": 1}}'),
  '.dkms-deb.json: paths out': (tree) =>
    write(
      tree,
      'debian/.dkms-deb.json',
      '{"version": 1, "files": {"../../outside/written/keep": "0", "control": "0"}}',
    ),
  '.dkms-deb.json: very deep': (tree) => write(tree, 'debian/.dkms-deb.json', '['.repeat(200_000)),
};

const WRITTEN_THROUGH: Readonly<Record<string, (tree: HostileTree) => void>> = {
  'debian/source is a link out': (tree) => {
    tree.files.delete('debian/source/format');
    tree.files.delete('debian/source/options');
    tree.files.set('debian/source', { link: '../../outside/written' });
  },
  'debian/ is a link to a directory outside': (tree) =>
    void tree.files.set('debian', { link: '../outside/written' }),
  'a file of debian/ is a link to a file outside': (tree) =>
    void tree.files.set('debian/copyright', { link: '../../outside/written/keep' }),
  'debian/changelog is a link to a file outside': (tree) =>
    void tree.files.set('debian/changelog', { link: '../../outside/written/new' }),
};

export const LIST_LIES: readonly ConfLie[] = [
  ...Object.entries(LISTS).map(
    ([which, tell]): ConfLie => ({
      kind: `lists of debian/: ${which}`,
      withDebian: true,
      // These commands run debian/rules, and with it the program that its first line names.
      ...(which === 'rules: another program' && { mayRun: ['info', 'build', 'bmdeb'] }),
      tell,
    }),
  ),
  ...Object.entries(WRITTEN_THROUGH).map(
    ([which, tell]): ConfLie => ({
      kind: `links to write through: ${which}`,
      withDebian: false,
      tell,
    }),
  ),
];
