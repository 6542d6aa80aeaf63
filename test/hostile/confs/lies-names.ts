import type { Seeded } from '../../support/seeded.ts';
import { append, type ConfLie, conf, replace, write } from './lie.ts';
import type { HostileTree } from './tree.ts';

/** What a terminal, a field or a list takes for more than a letter. */
const CHARACTERS: readonly (readonly [string, string])[] = [
  ['ESC', '\u001b[31mred\u001b]0;title\u0007'],
  ['CR', '\r'],
  ['DEL', '\u007f'],
  ['C1', '\u009b31m'],
  ['bidi override', '\u202egnp\u202c'],
  ['bidi isolate', '\u2066x\u2069'],
  ['BEL and BS', '\u0007\u0008'],
  ['vertical tab and form feed', '\u000b\u000c'],
  ['line separator', '\u2028'],
  ['NEL', '\u0085'],
];

/** A bash word for a text. */
const quoted = (text: string) =>
  `$'${[...text].map((c) => (c === "'" || c === '\\' ? `\\${c}` : c)).join('')}'`;

type Put = (tree: HostileTree, text: string) => void;

const setting =
  (name: string, value: (text: string) => string): Put =>
  (tree, text) =>
    conf(tree, (old) => `${old}${name}=${quoted(value(text))}\n`);

const DIRECTIVES: Readonly<Record<string, Put>> = {
  PACKAGE_NAME: setting('PACKAGE_NAME', (text) => `hos${text}tile`),
  PACKAGE_VERSION: setting('PACKAGE_VERSION', (text) => `1.0${text}`),
  BUILT_MODULE_NAME: setting('BUILT_MODULE_NAME[0]', (text) => `hos${text}tile`),
  'a second BUILT_MODULE_NAME': (tree, text) => {
    setting('BUILT_MODULE_NAME[1]', () => `b${text}`)(tree, text);
    setting('DEST_MODULE_LOCATION[1]', () => '/extra')(tree, text);
  },
  BUILT_MODULE_LOCATION: setting('BUILT_MODULE_LOCATION[0]', (text) => `a${text}/`),
  DEST_MODULE_NAME: setting('DEST_MODULE_NAME[0]', (text) => `hos${text}tile`),
  DEST_MODULE_LOCATION: setting('DEST_MODULE_LOCATION[0]', (text) => `/extra/${text}`),
  MAKE: setting('MAKE[0]', (text) => `make '${text}'`),
  CLEAN: setting('CLEAN', (text) => `make clean ${text}`),
  PATCH: setting('PATCH[1]', (text) => `a${text}.patch`),
  PRE_BUILD: setting('PRE_BUILD', (text) => `./a${text}.sh`),
  POST_INSTALL: setting('POST_INSTALL', (text) => `a${text}.sh x`),
  BUILD_DEPENDS: setting('BUILD_DEPENDS[0]', (text) => `other${text}`),
  OBSOLETE_BY: setting('OBSOLETE_BY', (text) => `6${text}`),
  BUILD_EXCLUSIVE_KERNEL: setting('BUILD_EXCLUSIVE_KERNEL', (text) => `^9${text}`),
  BUILD_EXCLUSIVE_CONFIG: setting('BUILD_EXCLUSIVE_CONFIG', (text) => `CONFIG_${text}`),
  AUTOINSTALL: setting('AUTOINSTALL', (text) => `y${text}`),
  'a complaint on stderr': (tree, text) => conf(tree, (old) => `${old}echo ${quoted(text)} >&2\n`),
  'the name of a command': (tree, text) => conf(tree, (old) => `${old}${quoted(`x${text}`)}\n`),
  'a syntax error': (tree, text) => conf(tree, (old) => `${old}(( ${text}\n`),
};

const macro =
  (name: string): Put =>
  (tree, text) => {
    replace(tree, 'hostile.c', new RegExp(`${name}\\("[^"]*"`), `${name}("a ${text} b"`);
  };

const FACTS: Readonly<Record<string, Put>> = {
  MODULE_DESCRIPTION: macro('MODULE_DESCRIPTION'),
  MODULE_AUTHOR: macro('MODULE_AUTHOR'),
  MODULE_LICENSE: macro('MODULE_LICENSE'),
  MODULE_VERSION: macro('MODULE_VERSION'),
  MODULE_ALIAS: macro('MODULE_ALIAS'),
  'an escape sequence of C': (tree) =>
    replace(tree, 'hostile.c', 'Driver for', 'Driver \\x1b[31m\\033[2J\\u202e for'),
  'a copyright line': (tree, text) =>
    replace(tree, 'hostile.c', 'Ann Author', `Ann ${text} Author`),
  'an SPDX line': (tree, text) => replace(tree, 'hostile.c', 'GPL-2.0-only', `GPL-2.0${text}`),
  'the heading of README': (tree, text) => replace(tree, 'README.md', '# hostile', `# h ${text}`),
  'the text of README': (tree, text) =>
    replace(tree, 'README.md', 'hostile device', `hostile ${text} device`),
  LICENSE: (tree, text) =>
    write(
      tree,
      'LICENSE',
      `Copyright (c) 2020 Ann ${text} Author\n\nAll ${text} rights reserved.\n`,
    ),
  'a name of a source file': (tree, text) => {
    write(tree, `a${text}.c`, 'int a;\n');
    append(tree, 'Kbuild', `hostile-y += a${text}.o\n`);
  },
  'a name of a directory': (tree, text) => write(tree, `d${text}/a.c`, 'int a;\n'),
  'a name of a rules file': (tree, text) => write(tree, `a${text}.rules`, 'ACTION=="add"\n'),
  'a name of a dkms.conf': (tree, text) => write(tree, `d${text}/dkms.conf`, 'PACKAGE_NAME=x\n'),
  'the name of the maintainer': (tree, text) => {
    tree.env.DEBFULLNAME = `Ann ${text} B`;
  },
  'the address of the maintainer': (tree, text) => {
    tree.env.DEBEMAIL = `a${text}@example.org`;
  },
  'a target of obj-m': (tree, text) => append(tree, 'Kbuild', `obj-m += b${text}.o\n`),
  'an include of make': (tree, text) => append(tree, 'Kbuild', `include $(src)/${text}.mk\n`),
  'an #include': (tree, text) => append(tree, 'hostile.c', `#include "x${text}.h"\n`),
  'a homepage': (tree, text) => append(tree, 'README.md', `\nhttps://example.org/${text}/x\n`),
};

const behind =
  (path: string, pattern: string): Put =>
  (tree, text) =>
    replace(tree, `debian/${path}`, pattern, `${pattern}${text}`);

const PACKAGING: Readonly<Record<string, Put>> = {
  'control: Source': behind('control', 'Source: hostile'),
  'control: Package': behind('control', 'Package: hostile-dkms'),
  'control: Maintainer': behind('control', 'Maintainer: Ann'),
  'control: Section': behind('control', 'Section: kernel'),
  'control: Depends': behind('control', 'Depends: '),
  'control: synopsis': behind('control', 'Description: Driver'),
  'control: description': behind('control', ' A driver for'),
  'control: name of a field': (tree, text) =>
    replace(tree, 'debian/control', 'Section:', `X-Sec${text}: a\nSection:`),
  'control: a field of its own': behind('control', 'Architecture: all'),
  'control: a comment': (tree, text) => append(tree, 'debian/control', `# ${text}\n`),
  'changelog: entry': behind('changelog', '* Initial'),
  'changelog: version': behind('changelog', 'hostile (1.0'),
  'changelog: distribution': behind('changelog', 'unstable'),
  'changelog: author': behind('changelog', '-- Ann'),
  'changelog: date': behind('changelog', 'Thu, 01 Jan'),
  copyright: behind('copyright', 'Ann'),
  'copyright: a field': (tree, text) => append(tree, 'debian/copyright', `X${text}: a\n`),
  rules: behind('rules', 'dkms-deb build'),
  'rules: a comment': (tree, text) => append(tree, 'debian/rules', `# ${text}\n`),
  install: (tree, text) =>
    append(tree, 'debian/hostile-dkms.install', `no${text}thing usr/src/hostile-1.0/\n`),
  'install: destination': (tree, text) =>
    append(tree, 'debian/hostile-dkms.install', `LICENSE usr/src/hostile-1.0/a${text}/\n`),
  'install: a name that is there': (tree, text) => {
    write(tree, `x${text}.h`, '\n');
    append(tree, 'debian/hostile-dkms.install', `x${text}.h usr/src/hostile-1.0/\n`);
  },
  'install: a pattern for a name that is there': (tree, text) => {
    write(tree, `x${text}.h`, '\n');
    append(tree, 'debian/hostile-dkms.install', 'x*.h usr/src/hostile-1.0/\n');
  },
  links: (tree, text) => append(tree, 'debian/hostile-dkms.links', `usr/a${text} usr/b${text}\n`),
  dirs: (tree, text) => append(tree, 'debian/hostile-dkms.dirs', `etc/a${text}\n`),
  docs: (tree, text) => append(tree, 'debian/hostile-dkms.docs', `doc${text}\n`),
  NEWS: behind('hostile-dkms.NEWS', 'News'),
  udev: behind('hostile-dkms.udev', 'ACTION'),
  postinst: behind('hostile-dkms.postinst', 'configure ]; then '),
  maintscript: behind('hostile-dkms.maintscript', 'rm_conffile /etc/hostile/old'),
  triggers: behind('hostile-dkms.triggers', 'interest-noawait hostile'),
  'source/format': behind('source/format', '3.0 (native)'),
  'a name in debian/': (tree, text) => write(tree, `debian/hostile-dkms.a${text}`, 'x\n'),
};

const lies = (group: string, all: Readonly<Record<string, Put>>, debian: boolean | 'both') =>
  Object.entries(all).map(
    ([which, put], i): ConfLie => ({
      kind: `characters in ${group}: ${which}`,
      withDebian: debian === 'both' ? i % 2 === 0 : debian,
      tell: (tree: HostileTree, random: Seeded) => {
        const [, text] = random.pick(CHARACTERS);
        put(tree, text);
      },
    }),
  );

export const NAME_LIES: readonly ConfLie[] = [
  ...lies('values of dkms.conf', DIRECTIVES, false),
  ...lies('values of dkms.conf', DIRECTIVES, true),
  ...lies('facts of the tree', FACTS, false),
  ...lies('debian/', PACKAGING, true),
];
