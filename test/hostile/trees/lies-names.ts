import { mkdirSync, symlinkSync } from 'node:fs';
import type { HostileTree, TreeLie, TreeRandom } from './hostile-tree.ts';

const bytes = (...values: number[]) => Buffer.from(values);

/** By kind: parts of names. */
const PARTS: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  'line ends': ['\r', '\n', '\r\n', '\v', '\f', '\u2028', '\u0085'],
  'escape sequences': [
    '\x1b[31m',
    '\x1b]0;title\x07',
    '\x1b[2J',
    '\x9b31m',
    '\x7f',
    '\b\b\b',
    '\x01',
  ],
  'not UTF-8': [
    bytes(0xff),
    bytes(0xe9),
    bytes(0xc0, 0xaf),
    bytes(0xed, 0xa0, 0x80),
    bytes(0xf4, 0x90, 0x80, 0x80),
    bytes(0xe2, 0x82),
    bytes(0x80),
  ],
  'directions and what is not seen': [
    '\u202e',
    '\u2066',
    '\u200b',
    '\ufeff',
    '\u00ad',
    '\u061c',
    '\ufffd',
    '\ufff9',
    '\u{e0001}',
    '\ufffe',
  ],
  blanks: [' ', '  ', '\t', ' \t ', '\u00a0', '\u3000', '\u2003'],
  'patterns and shells': [
    '*',
    '?',
    '[a]',
    '[',
    ']',
    '{a,b}',
    '{',
    '!',
    '[!a]',
    '**',
    '$',
    '$(id)',
    '`id`',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what debhelper would substitute.
    '${Space}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the same.
    '${env:HOME}',
    '%',
    '%s%n',
    '~',
    '|',
    '&',
    ';',
    '<',
    '>',
    '(',
    ')',
    '=',
    '=>',
    ':',
    '@',
    ',',
  ],
  quotes: ['"', "'", '\\', '\\n', '\\x41', '\\\\', "'\"'", '\\*'],
  Unicode: ['é', 'e\u0301', '漢字', '😀', 'ß', 'ﬀ', 'İ', 'א', '\u{10ffff}', '\ue000'],
};

/** Whole names: no tag can be in them. */
const WHOLE = [
  '-',
  '--',
  '-rf',
  '--help',
  '-n',
  '#',
  '#x',
  '##',
  '...',
  '..a',
  '.hidden',
  ' ',
  '!',
  '=>',
  'DEBIAN',
  'Debian',
  'DEBIAN.h',
  'CON',
  'null',
  'md5sums',
  'conffiles',
  'control',
  '__proto__',
  'constructor',
  'toString',
  '%00',
  '0',
];

/** What dpkg gives its own names to while it unpacks, and what other tools take for theirs. */
const SUFFIXES = ['.dpkg-new', '.dpkg-tmp', '.dpkg-old', '.dpkg-dist', '.dpkg-divert.tmp'];

export const NAME_LIES: readonly TreeLie[] = [
  ...Object.entries(PARTS).map(
    ([kind, parts]): TreeLie => ({
      kind: `names: ${kind}`,
      tell(tree, random) {
        const name = tree.odd(random.pick(parts), random, random.pick(['.h', '.c', '', '.txt']));
        put(tree, random, name);
      },
    }),
  ),
  {
    kind: 'names: many bytes at random',
    tell(tree, random) {
      const values = random.pick([
        () => 1 + random.below(255),
        () => 1 + random.below(127),
        () => 0x20 + random.below(0x5f),
      ]);
      const length = 1 + random.below(12);
      const part = Buffer.from(
        Array.from({ length }, values).map((byte) => (byte === 0x2f ? 0x5f : byte)),
      );
      put(tree, random, tree.odd(part, random));
    },
  },
  {
    kind: 'names: whole words',
    tell(tree, random) {
      const name = random.pick(WHOLE);
      tree.culprits.push(name);
      put(tree, random, Buffer.from(name));
    },
  },
  {
    kind: "names: dpkg's own",
    tell(tree, random) {
      put(tree, random, Buffer.from(`${tree.tag()}${random.pick(SUFFIXES)}`));
    },
  },
  {
    kind: 'names: twins but for case or composition',
    tell(tree, random) {
      const tag = tree.tag();
      const [one, other] = random.pick([
        [`${tag}.h`, `${tag.toUpperCase()}.H`],
        ['Makefile', 'makefile'],
        ['Makefile', 'GNUmakefile'],
        ['README.md', 'readme.MD'],
        ['LICENSE', 'License'],
        ['hostile.c', 'Hostile.c'],
        ['sub/hostile.h', 'Sub'],
        [`${tag}é`, `${tag}e\u0301`],
        [`${tag}ß`, `${tag}ss`],
        [`${tag}K`, `${tag}\u212a`],
        [`${tag}.h`, `${tag}.h `],
        [`${tag}`, `${tag}.`],
      ] as const);
      tree.culprits.push(other);
      tree.silent.push(/^(?:readme|license)/i);
      if (!['Makefile', 'README.md', 'LICENSE', 'hostile.c', 'sub/hostile.h'].includes(one)) {
        tree.write(one);
      }
      const text = /makefile/i.test(other) ? 'obj-m := hostile.o\n' : '/* twin */\n';
      tree.write(other, text);
    },
  },
];

/** As a file, a directory with one in it, an empty directory, or a link. */
function put(tree: HostileTree, random: TreeRandom, name: Buffer): void {
  const place = tree.place(name, random);
  switch (random.below(6)) {
    case 0:
      mkdirSync(tree.path(place));
      tree.write(Buffer.concat([place, Buffer.from('/inner.h')]));
      return;
    case 1:
      mkdirSync(tree.path(place));
      return;
    case 2:
      symlinkSync('inner.h', tree.path(place));
      return;
    default:
      tree.write(place);
  }
}
