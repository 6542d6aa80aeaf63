// biome-ignore-all lint/suspicious/noTemplateCurlyInString: substvars and bash, not templates
import { append, type ConfLie, replace, textOf, write } from './lie.ts';
import type { HostileTree } from './tree.ts';

const many = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

const field = (line: string) => (tree: HostileTree) => append(tree, 'debian/control', `${line}\n`);
const sourceField = (line: string) => (tree: HostileTree) =>
  replace(tree, 'debian/control', 'Section:', `${line}\nSection:`);

const CONTROL: Readonly<Record<string, (tree: HostileTree) => void>> = {
  'five thousand fields': field(many(5000, (i) => `X-F${i}: a\n`).trimEnd()),
  'five thousand source fields': sourceField(many(5000, (i) => `X-F${i}: a\n`).trimEnd()),
  'five thousand packages': (tree) =>
    append(
      tree,
      'debian/control',
      many(5000, (i) => `\nPackage: p${i}\nArchitecture: all\nDescription: x\n y\n`),
    ),
  'ten thousand relations': field(`Recommends: ${many(10_000, (i) => `p${i} (>= 1) | q${i}, `)}x`),
  'ten thousand build relations': sourceField(
    `Build-Conflicts: ${many(10_000, (i) => `p${i}, `)}x`,
  ),
  'ten thousand Provides': field(`Provides: ${many(10_000, (i) => `p${i} (= 1), `)}x`),
  'a description of 10 MB': (tree) =>
    append(tree, 'debian/control', ' xxxxxxxxx xxxxxxxxx\n'.repeat(500_000)),
  'a line of 5 MB': field(`X-A: ${'x'.repeat(5_000_000)}`),
  'a million blank lines': (tree) => append(tree, 'debian/control', '\n'.repeat(1_000_000)),
  'a million comments': (tree) => append(tree, 'debian/control', '# x\n'.repeat(1_000_000)),
  'substvars in a circle': (tree) => {
    append(tree, 'debian/control', 'Recommends: ${a:a}\n');
    write(tree, 'debian/hostile-dkms.substvars', 'a:a=${b:b}\nb:b=${a:a}\n');
  },
  'substvars that double': (tree) => {
    append(tree, 'debian/control', 'Recommends: ${a:40}\n');
    write(
      tree,
      'debian/hostile-dkms.substvars',
      `a:0=x\n${many(40, (i) => `a:${i + 1}=\${a:${i}}, \${a:${i}}\n`)}`,
    );
  },
  'substvars of all braces': field(`Recommends: ${'${'.repeat(20_000)}a${'}'.repeat(20_000)}`),
  'Essential: yes': field('Essential: yes'),
  'Essential: maybe': field('Essential: maybe'),
  'Protected: x': field('Protected: x'),
  'Multi-Arch: bogus': field('Multi-Arch: bogus'),
  'Multi-Arch: same': field('Multi-Arch: same'),
  'Provides of a pattern': field('Provides: foo (>= 1)'),
  'Provides of alternatives': field('Provides: foo | bar'),
  'Provides of itself': field('Provides: hostile-dkms (= 1.0)'),
  'Conflicts of everything': field('Conflicts: dpkg, base-files'),
  'Depends without sense': (tree) =>
    replace(tree, 'debian/control', 'Depends: ', 'Depends: foo (>> ), | , (bar) [x] <y>, '),
  'Depends with an operator of old': (tree) =>
    replace(tree, 'debian/control', 'Depends: ', 'Depends: foo (< 1), bar (> 2), '),
  'Depends with an architecture': (tree) =>
    replace(tree, 'debian/control', 'Depends: ', 'Depends: foo:any, foo:bogus, foo:any:any, '),
  'Depends with a bad version': (tree) =>
    replace(
      tree,
      'debian/control',
      'Depends: ',
      'Depends: foo (>= 1:2:3), bar (= -1), baz (= a b), ',
    ),
  'Depends twice': field('Depends: foo'),
  'Package twice': field('Package: hostile-dkms'),
  'Package of capitals': (tree) =>
    replace(tree, 'debian/control', 'Package: hostile-dkms', 'Package: Hostile-DKMS'),
  'Package that leads out': (tree) =>
    replace(tree, 'debian/control', 'Package: hostile-dkms', 'Package: ../outside/x'),
  'Source that leads out': (tree) =>
    replace(tree, 'debian/control', 'Source: hostile', 'Source: ../../outside/x'),
  'Source of an option': (tree) =>
    replace(tree, 'debian/control', 'Source: hostile', 'Source: --help'),
  'Architecture: bogus': (tree) =>
    replace(tree, 'debian/control', 'Architecture: all', 'Architecture: bogus-arch'),
  'Architecture of two': (tree) =>
    replace(tree, 'debian/control', 'Architecture: all', 'Architecture: all any'),
  'Architecture: any': (tree) =>
    replace(tree, 'debian/control', 'Architecture: all', 'Architecture: any'),
  'no Architecture': (tree) => replace(tree, 'debian/control', 'Architecture: all\n', ''),
  'Section that leads out': (tree) =>
    replace(tree, 'debian/control', 'Section: kernel', 'Section: ../../x y'),
  'Priority: bogus': (tree) =>
    replace(tree, 'debian/control', 'Priority: optional', 'Priority: very high'),
  'Maintainer without an address': (tree) =>
    replace(tree, 'debian/control', ' <ann@example.org>', ''),
  'Maintainer of an expression': (tree) =>
    replace(tree, 'debian/control', 'Ann Author <ann@example.org>', `${'a '.repeat(20_000)}<`),
  'no Maintainer': (tree) =>
    replace(tree, 'debian/control', 'Maintainer: Ann Author <ann@example.org>\n', ''),
  'no Description': (tree) =>
    write(tree, 'debian/control', textOf(tree, 'debian/control').replace(/Description:.*/s, '')),
  'an empty Description': (tree) =>
    write(
      tree,
      'debian/control',
      textOf(tree, 'debian/control').replace(/Description:.*/s, 'Description:\n'),
    ),
  'Description of dots': (tree) => append(tree, 'debian/control', ' .\n'.repeat(50_000)),
  'Version of its own': field('Version: 99:99'),
  'Installed-Size of its own': field('Installed-Size: -5'),
  'Status of its own': field('Status: install ok installed\nConffiles:\n /etc/passwd 0'),
  'a field without a name': field(': x'),
  'a field with a blank': field('X Y: x'),
  'a field that begins with a hyphen': field('-X: y'),
  'a line that is no field': field('nothing'),
  'a continuation before any field': (tree) =>
    write(tree, 'debian/control', ` x\n${textOf(tree, 'debian/control')}`),
  'an empty line of blanks': field('   \nX-A: b'),
  'CR LF': (tree) =>
    write(tree, 'debian/control', textOf(tree, 'debian/control').replaceAll('\n', '\r\n')),
  'NUL bytes': (tree) => append(tree, 'debian/control', 'X-A: a\0b\n'),
  'Latin-1': (tree) =>
    write(
      tree,
      'debian/control',
      Buffer.from(textOf(tree, 'debian/control').replace('tests alone', 't\xebsts'), 'latin1'),
    ),
  'no newline at its end': (tree) =>
    write(tree, 'debian/control', textOf(tree, 'debian/control').trimEnd()),
  'an armour of PGP': (tree) =>
    write(
      tree,
      'debian/control',
      `-----BEGIN PGP SIGNED MESSAGE-----\n\n${textOf(tree, 'debian/control')}`,
    ),
  'Build-Profiles of nothing': field('Build-Profiles: <!a <b> >'),
  'Kernel-Module-Package of XB-': field('XB-Evil: yes\nXBS-Other: no\nXS-Third: x\nXCB: 1'),
  nothing: (tree) => write(tree, 'debian/control', ''),
};

const entry = (i: number) =>
  `hostile (0.${i}) unstable; urgency=medium\n\n  * Entry ${i}.\n\n -- Ann <a@example.org>  Thu, 01 Jan 2026 00:00:00 +0000\n\n`;

const CHANGELOG: Readonly<Record<string, (tree: HostileTree) => void>> = {
  'fifty thousand entries': (tree) => append(tree, 'debian/changelog', `\n${many(50_000, entry)}`),
  'an entry of 15 MB': (tree) =>
    replace(
      tree,
      'debian/changelog',
      '  * Initial release.\n',
      '  * Changes and changes.\n'.repeat(650_000),
    ),
  'a line of 10 MB': (tree) => replace(tree, 'debian/changelog', 'Initial', 'x'.repeat(10_000_000)),
  'a line of blanks': (tree) =>
    replace(tree, 'debian/changelog', 'Initial', `a${' '.repeat(500_000)}b`),
  'a million lines of nothing': (tree) => append(tree, 'debian/changelog', '\n'.repeat(1_000_000)),
  'no entry': (tree) => write(tree, 'debian/changelog', '\n'),
  'no trailer': (tree) =>
    write(tree, 'debian/changelog', 'hostile (1.0) unstable; urgency=medium\n\n  * x\n'),
  'a date of no calendar': (tree) =>
    replace(tree, 'debian/changelog', 'Thu, 01 Jan 2026', 'Xyz, 99 Foo 9999999'),
  'a date before all times': (tree) => replace(tree, 'debian/changelog', '2026', '0001'),
  'a date far away': (tree) => replace(tree, 'debian/changelog', '2026', '99999'),
  'a version that leads out': (tree) =>
    replace(tree, 'debian/changelog', '(1.0)', '(1.0/../../outside/x)'),
  'a version of an option': (tree) => replace(tree, 'debian/changelog', '(1.0)', '(--1.0)'),
  'a version of 5000 digits': (tree) =>
    replace(tree, 'debian/changelog', '(1.0)', `(${'1'.repeat(5000)})`),
  'another source': (tree) => replace(tree, 'debian/changelog', 'hostile (', '../x ('),
  'distributions without number': (tree) =>
    replace(tree, 'debian/changelog', 'unstable', 'unstable '.repeat(20_000).trim()),
  'an author without end': (tree) =>
    replace(tree, 'debian/changelog', 'Ann Author <', `${'A <'.repeat(20_000)}`),
  'bugs without number': (tree) =>
    replace(
      tree,
      'debian/changelog',
      'Initial release.',
      `Closes: ${many(100_000, (i) => `#${i}, `)}x`,
    ),
  zeros: (tree) => append(tree, 'debian/changelog', '\0'.repeat(100_000)),
};

const SCRIPT = '#!/bin/sh\nset -e\n';
const postinst = (text: string | Buffer) => (tree: HostileTree) =>
  tree.files.set('debian/hostile-dkms.postinst', { text, mode: 0o755 });

const SCRIPTS: Readonly<Record<string, (tree: HostileTree) => void>> = {
  'postinst without fi': postinst(`${SCRIPT}if true; then\n#DEBHELPER#\n`),
  'postinst with a quote that does not end': postinst(`${SCRIPT}echo "x\n#DEBHELPER#\n`),
  'postinst in the middle of a here document': postinst(`${SCRIPT}cat <<X\n#DEBHELPER#\nX\n`),
  'postinst without #!': postinst('set -e\n#DEBHELPER#\n'),
  'postinst with a #! of nowhere': postinst('#!/nonexistent/sh\n#DEBHELPER#\n'),
  'postinst with CR': postinst('#!/bin/sh\r\nset -e\r\n#DEBHELPER#\r\n'),
  'postinst of nothing': postinst(''),
  'postinst of zeros': postinst('\0'.repeat(1000)),
  'postinst that is an ELF file': postinst(
    Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(500, 1)]),
  ),
  'postinst of 20 MB': postinst(`${SCRIPT}${'# x\n'.repeat(5_000_000)}#DEBHELPER#\n`),
  'postinst with a byte order mark': postinst(`\ufeff${SCRIPT}#DEBHELPER#\n`),
  'postinst in bash for sh': postinst(`${SCRIPT}a=(1 2)\nfunction f { :; }\n#DEBHELPER#\n`),
  'postinst in perl': postinst('#!/usr/bin/perl\nif (\n#DEBHELPER#\n'),
  'postinst in python': postinst('#!/usr/bin/python3\ndef f(:\n#DEBHELPER#\n'),
  'postinst with NUL': postinst(`${SCRIPT}echo \0\n#DEBHELPER#\n`),
  'postinst with ten #DEBHELPER#': postinst(`${SCRIPT}${'#DEBHELPER#\n'.repeat(1000)}`),
  'postinst without #DEBHELPER#': postinst(`${SCRIPT}exit 0\n`),
  'maintscript without sense': (tree) =>
    write(tree, 'debian/hostile-dkms.maintscript', 'rm_everything / 1.0\n'),
  'maintscript with a command': (tree) =>
    write(
      tree,
      'debian/hostile-dkms.maintscript',
      'rm_conffile /etc/a;touch$IFS/tmp/x 1.0~\nrm_conffile "/etc/$(id)" 1\n',
    ),
  'maintscript with a relative path': (tree) =>
    write(tree, 'debian/hostile-dkms.maintscript', 'rm_conffile ../etc/passwd not-a-version!\n'),
  'triggers without sense': (tree) => write(tree, 'debian/hostile-dkms.triggers', 'explode /usr\n'),
  'triggers of odd names': (tree) =>
    write(tree, 'debian/hostile-dkms.triggers', 'interest a\u00e9 b c\nactivate\n'),
  'a prerm that is no script': (tree) => write(tree, 'debian/hostile-dkms.prerm', 'nothing ((\n'),
};

const lies = (
  group: string,
  all: Readonly<Record<string, (tree: HostileTree) => void>>,
): ConfLie[] =>
  Object.entries(all).map(([which, tell]) => ({
    kind: `${group}: ${which}`,
    withDebian: true,
    tell,
  }));

export const CONTROL_LIES: readonly ConfLie[] = [
  ...lies('debian/control', CONTROL),
  ...lies('debian/changelog', CHANGELOG),
  ...lies('maintainer scripts', SCRIPTS),
];
