import { Seeded } from './seeded.ts';

const FORMAT = 'https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/';
const NAMES = [
  'GPL-2',
  'GPL-2+',
  'Expat',
  'BSD-3-clause',
  'GPL-2+ or Artistic',
  'public-domain',
  'GPL-2 with OpenSSL exception',
];

/** debian/copyright files with rare features of real ones. The last ones are not readable. */
const PINNED: Readonly<Record<string, string>> = {
  'an old address, with http': `Format: http://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: hello

Files: *
Copyright: 2001, 2003-2005 A Person <a@example.org>
           2010 Another
License: GPL-2+

License: GPL-2+
 On Debian systems, see /usr/share/common-licenses/GPL-2.
`,
  'comments and blanks at line ends': `# made by hand
Format: ${FORMAT}  
Source: https://example.org/
 and a mirror
# in between
Comment:
 First line is empty.
 .
 Another paragraph.

# before a stanza
Files:
 src/*.c
 src/a?b.h
 doc/\\*
Copyright: © 2020 Jörg Ñandú
License: Expat
 Permission is hereby granted, …
   indented
 .
 .
 The end.


License: other
Files-Excluded: x
`,
  'a licence without a text': `Format: ${FORMAT}\n\nFiles: *\nCopyright: nobody\nLicense: public-domain\n`,
  tabs: `Format: ${FORMAT}\nFiles-Excluded: a\n\tb\n\nFiles:\t*\nCopyright:\t2001 A\n\t2002 B\nLicense: GPL-2\n`,
  'no newline at the end': `Format: ${FORMAT}\n\nFiles: *\nCopyright: 2001 A\nLicense: GPL-2`,
  'a field twice': `Format: ${FORMAT}\n\nFiles: *\nFiles: a\nCopyright: A\nLicense: GPL-2\n`,
  'a line that is not a field': `Format: ${FORMAT}\n\nFiles: *\nCopyright: A\nLicense: GPL-2\nand more\n`,
  'a text that is not indented': `Format: ${FORMAT}\n\nLicense: Expat\nPermission is granted\n`,
  'a stanza that begins with a blank': `Format: ${FORMAT}\n\n Files: *\nLicense: Expat\n`,
};

function text(random: Seeded): string {
  const words = [
    'Permission',
    'is',
    'hereby',
    'granted,',
    '(free)',
    'größer',
    '"AS IS"',
    'x:',
    '*',
    '1.',
  ];
  const line = () =>
    random.pick(['', '  ']) + random.list(1, 9, () => random.pick(words)).join(' ');
  return random
    .list(1, 9, () => random.pick([line, line, () => '.'])())
    .map((each) => ` ${each}`)
    .join('\n');
}

function filesStanza(random: Seeded, number: number): string {
  const pattern = () =>
    random.pick(['*', 'src/*', 'debian/*', 'a?b', `dir${number}/file-${number}.c`, 'x+y/*']);
  const holder = () =>
    random.pick([
      '2001 A Person <a@example.org>',
      '2010-2020, Jörg Ñandú',
      '© 1999 The X Team',
      'none',
    ]);
  return [
    `Files: ${random.list(1, 4, pattern).join(random.pick([' ', '\n ', '\n       ']))}`,
    `Copyright: ${random.list(1, 3, holder).join('\n           ')}`,
    `License: ${random.pick(NAMES)}${random.below(4) === 0 ? `\n${text(random)}` : ''}`,
    ...(random.below(5) === 0
      ? [`Comment: ${random.pick(['one line', '\n more\n .\n of them'])}`]
      : []),
  ].join('\n');
}

function generated(random: Seeded): string {
  const header = [
    `Format: ${FORMAT}`,
    ...(random.below(2) === 0 ? ['Upstream-Name: hello'] : []),
    ...(random.below(2) === 0 ? ['Upstream-Contact: A <a@example.org>\n B <b@example.org>'] : []),
    ...(random.below(2) === 0 ? ['Source: https://example.org/~x/?a=b#c'] : []),
    ...(random.below(4) === 0 ? ['Disclaimer: not part of Debian\n .\n at all'] : []),
  ].join('\n');
  let number = 0;
  const files = random.list(1, 6, () => filesStanza(random, number++));
  const licenses = random.list(0, 3, () => `License: ${random.pick(NAMES)}\n${text(random)}`);
  return `${[header, ...files, ...licenses].join(random.pick(['\n\n', '\n\n', '\n\n\n']))}\n`;
}

/** Changes one line of a text, so that some of the files become unreadable. */
function broken(random: Seeded): string {
  const lines = generated(random).split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const changed = [
    line.trimStart(),
    line.replace(':', ''),
    `${line}\n${line}`,
    ` ${line}`,
    `-${line}`,
    '',
  ];
  lines[at] = random.pick(changed);
  return lines.join('\n');
}

/** Returns debian/copyright files by name. They are the same on every machine. */
export function copyrightCorpus(): Map<string, string> {
  const random = new Seeded(31);
  const texts = new Map(Object.entries(PINNED));
  for (let i = 0; i < 150; i++) texts.set(`generated ${i}`, generated(random));
  for (let i = 0; i < 150; i++) texts.set(`broken ${i}`, broken(random));
  return texts;
}
