import { Seeded } from './seeded.ts';

/** Stanzas with rare features of real control files. */
const PINNED = [
  `Package: base-files
Essential: yes
Status: install ok installed
Priority: required
Section: admin
Installed-Size: 341
Maintainer: Santiago Vila <sanvila@debian.org>
Architecture: amd64
Multi-Arch: foreign
Version: 12.4+deb12u12
Replaces: base, dpkg (<= 1.15.0), miscutils
Provides: base
Pre-Depends: awk
Breaks: debian-security-support (<< 2019.04.25), initscripts (<< 2.88dsf-13.3)
Conffiles:
 /etc/debian_version 49a9f4ff5ff2c1f4d4ea3ae8d66c8d61
 /etc/old a0b1c2d3e4f5061728394a5b6c7d8e9f obsolete
 /etc/name with blanks 36ecfc3a7ee2ab0b3a1e0b1f1b6b1b0c
Description: Debian base system miscellaneous files
 This package contains the basic filesystem hierarchy of a Debian system, and
 several important miscellaneous files, such as /etc/debian_version.
`,
  `Package: odd-fields
Status: deinstall ok config-files
Architecture: all
Version: 1:2.0~rc1+dfsg.1-1.1+b2
Config-Version: 1:1.0
Maintainer: "O'Neil, \\"X\\" (team)" <o@example.org>
Original-Maintainer: Jörg Ñandú <j@example.org>
Python-Version: 3.11
Ruby-Versions: all
Xb-Odd: 1
Description: one letter, and a first line alone
`,
  `Package: backslashes
Status: install ok installed
Architecture: amd64
Version: 0
Maintainer: N <n@example.org>
Description: C:\\new \\\\ and a colon: here
  Verbatim: \\n is not a line end
 .
   * a list
     that goes on
 .
 .
 # not a comment
 Last:
`,
  `Package: wide
Status: hold ok installed
Version: 3
Architecture: any-amd64
Maintainer:   blanks   inside   <b@example.org>
Tag: role::program, scope::utility,
 uitoolkit::gtk,
 works-with::text
Description: 日本語 und größer
 ${'word '.repeat(60).trim()}
`,
];

const NAMES = [
  'libc6',
  'libstdc++6',
  'dpkg',
  'perl:any',
  'g++-12',
  'python3',
  'default-mta',
  'x11',
];
const WORDS =
  'a kernel module that größer makes lists, files (of it) and "more": x=1 <y> 100% C:\\z';

/** Returns a random relation field. */
function relations(random: Seeded, most: number): string {
  const version = () =>
    ` (${random.pick(['>=', '<<', '=', '<=', '>>'])} ${random.pick(['1.2', '2:1.0-1~', '0~git20200101.abcdef', '1.0+b1'])})`;
  const one = () => random.pick(NAMES) + (random.below(2) === 0 ? version() : '');
  return random
    .list(1, 9, () => random.list(1, random.pick([1, 1, 1, most]), one).join(' | '))
    .join(', ');
}

function description(random: Seeded): string {
  const words = () => random.list(1, 12, () => random.pick(WORDS.split(' '))).join(' ');
  const line = () => random.pick([words(), words(), words(), ' * verbatim', '.', `  ${words()}`]);
  return [words(), ...random.list(0, 8, line).map((text) => ` ${text}`)].join('\n');
}

export const RELATION_FIELDS = [
  ...['Depends', 'Pre-Depends', 'Recommends', 'Suggests'],
  ...['Breaks', 'Conflicts', 'Replaces', 'Enhances'],
];

/** The fields in which dpkg accepts `|`. */
const ALTERNATIVES = new Set(['Depends', 'Pre-Depends', 'Recommends', 'Suggests']);

function stanza(random: Seeded, number: number): string {
  const some = (line: string) => (random.below(3) === 0 ? [line] : []);
  return [
    `Package: package${number}`,
    ...some('Essential: yes'),
    'Status: install ok installed',
    ...some(`Priority: ${random.pick(['required', 'optional', 'extra'])}`),
    ...some(`Section: ${random.pick(['admin', 'non-free/libs', 'kernel'])}`),
    ...some(`Installed-Size: ${random.below(100_000)}`),
    'Maintainer: Jörg "X" Ñandú <j@example.org>',
    `Architecture: ${random.pick(['amd64', 'all'])}`,
    ...some(`Multi-Arch: ${random.pick(['foreign', 'allowed'])}`),
    ...some('Source: package (1.0-1)'),
    `Version: ${random.pick(['', '1:'])}${random.below(30)}.${random.below(9)}${random.pick(['', '-1', '~rc1-2'])}`,
    ...RELATION_FIELDS.flatMap((name) =>
      some(`${name}: ${relations(random, ALTERNATIVES.has(name) ? 3 : 1)}`),
    ),
    ...some(
      'Conffiles:\n /etc/a 49a9f4ff5ff2c1f4d4ea3ae8d66c8d61\n /etc/b/c 00a9f4ff5ff2c1f4d4ea3ae8d66c8d61',
    ),
    `Description: ${description(random)}`,
    ...some('Homepage: https://example.org/?a=b#c'),
    ...some('Built-Using: gcc-12 (= 12.2.0-14)'),
    ...some(`SHA256: ${'0123456789abcdef'.repeat(4)}`),
    '',
  ].join('\n');
}

/** Returns the text of a dpkg status file. It is the same on every machine. */
export function statusFile(): string {
  const random = new Seeded(21);
  const generated = Array.from({ length: 500 }, (_, number) => stanza(random, number));
  return [...PINNED, ...generated].map((text) => `${text}\n`).join('');
}
