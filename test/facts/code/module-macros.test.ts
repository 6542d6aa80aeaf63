import { expect, test } from 'vitest';
import { readModuleMacros } from '../../../src/facts/code/module-macros.ts';
import { sources } from '../../support/facts.ts';

/** "MACRO value" of each statement of one file. */
function read(text: string, others: Record<string, string> = {}): string[] {
  return readModuleMacros(sources({ 'hello.c': text, ...others })).map(
    ({ macro, value }) => `${macro} ${value}`,
  );
}

test('tells file, line and macro', () => {
  expect(
    readModuleMacros(sources({ 'src/hello.c': 'int x;\n\nMODULE_LICENSE("GPL");\n' })),
  ).toEqual([
    {
      macro: 'LICENSE',
      value: 'GPL',
      file: 'src/hello.c',
      line: 3,
      from: 'src/hello.c:3 MODULE_LICENSE',
    },
  ]);
});

test.each([
  ['a plain one', 'MODULE_VERSION("1.2");', ['VERSION 1.2']],
  ['blanks and line breaks', 'MODULE_LICENSE (\n  "GPL"\n) ;', ['LICENSE GPL']],
  [
    'adjacent literals over lines (v4l2loopback)',
    'MODULE_AUTHOR("Vasily Levin, "\n\t      "IOhannes m zmoelnig <zmoelnig@iem.at>,"\n\t      "Stefan Diewald");',
    ['AUTHOR Vasily Levin, IOhannes m zmoelnig <zmoelnig@iem.at>,Stefan Diewald'],
  ],
  [
    'escapes',
    String.raw`MODULE_DESCRIPTION("a \"b\" \\ c\td\101");`,
    ['DESCRIPTION a "b" \\ c dA'],
  ],
  ['bytes of UTF-8', String.raw`MODULE_AUTHOR("Andr\xc3\xa9");`, ['AUTHOR André']],
  ['a byte of Latin-1', String.raw`MODULE_AUTHOR("Andr\351");`, ['AUTHOR André']],
  ['a spliced literal', 'MODULE_DESCRIPTION("one \\\ntwo");', ['DESCRIPTION one two']],
  ['parentheses in the text', 'MODULE_DESCRIPTION("a (b) c)");', ['DESCRIPTION a (b) c)']],
  ['a comment in the middle', 'MODULE_LICENSE(/* x") */ "GPL");', ['LICENSE GPL']],
  ['a comment around it', '/* MODULE_LICENSE("GPL"); */', []],
  ['a line comment', '// MODULE_LICENSE("GPL");', []],
  ['a URL in a literal is no comment', 'MODULE_AUTHOR("http://x.org");', ['AUTHOR http://x.org']],
  ['#if 0', '#if 0\nMODULE_VERSION("1");\n#else\nMODULE_VERSION("2");\n#endif', ['VERSION 2']],
  ['#if 1', '#if 1\nMODULE_VERSION("1");\n#else\nMODULE_VERSION("2");\n#endif', ['VERSION 1']],
  [
    'nested under #if 0',
    '#if 0\n#ifdef A\nMODULE_VERSION("1");\n#endif\n#endif\nMODULE_VERSION("2");',
    ['VERSION 2'],
  ],
  ['#ifdef is alive', '#ifdef MODULE_VERSION\nMODULE_VERSION("1");\n#endif', ['VERSION 1']],
  ['a macro of the file', '#define V "1.2"\nMODULE_VERSION(V);', ['VERSION 1.2']],
  ['macros and literals', '#define V "1" "." "2"\nMODULE_VERSION("v" V "-x");', ['VERSION v1.2-x']],
  ['a macro of macros', '#define A "1"\n#define B (A ".2")\nMODULE_VERSION(B);', ['VERSION 1.2']],
  ['a macro that means itself', '#define A B\n#define B A\nMODULE_VERSION(A);', []],
  [
    'a suffix that a configuration turns on (r8168, igb): without it',
    '#ifdef N\n#define S "-NAPI"\n#else\n#define S ""\n#endif\nMODULE_VERSION("8" S);',
    ['VERSION 8'],
  ],
  [
    'a suffix that is defined to nothing (igb)',
    '#ifdef DEBUG\n#define S "_debug"\n#else\n#define S\n#endif\n#define V "5.18.7" S\nMODULE_VERSION(V);',
    ['VERSION 5.18.7'],
  ],
  [
    'a macro with two values: only the compiler knows',
    '#ifdef N\n#define S "1"\n#else\n#define S "2"\n#endif\nMODULE_VERSION("8." S);',
    [],
  ],
  ['__stringify of a macro', '#define V 1.2\nMODULE_VERSION(__stringify(V));', ['VERSION 1.2']],
  [
    'a version of several numbers (i40e)',
    '#define A 2\n#define B (28)\n#define L\n#define V __stringify(A) "." \\\n __stringify(B) __stringify(L)\nMODULE_VERSION(V);',
    ['VERSION 2.28'],
  ],
  [
    '__stringify of the text itself (ixgbevf)',
    'MODULE_VERSION(__stringify(5.3.36));',
    ['VERSION 5.3.36'],
  ],
  [
    'several numbers in one stringifier',
    '#define A 1\n#define B 2\nMODULE_VERSION(XSTR(A.B));',
    ['VERSION 1.2'],
  ],
  ['__stringify of an option of the compiler', 'MODULE_VERSION(__stringify(BUILD));', []],
  ['a number', 'MODULE_VERSION(3);', []],
  ['an empty string', 'MODULE_VERSION("");', []],
  ['a define of the macro itself', '#define MODULE_VERSION(x) \\\n MODULE_LICENSE("a")', []],
  ['ZFS’s own macro', 'ZFS_MODULE_LICENSE("CDDL");', ['LICENSE CDDL']],
  ['an unclosed one', 'MODULE_LICENSE("GPL"', []],
  [
    'a forged field',
    String.raw`MODULE_DESCRIPTION("x\nDepends: evil\r\n\x1b[31m");`,
    ['DESCRIPTION x Depends: evil [31m'],
  ],
])('%s', (_, text, expected) => {
  expect(read(text)).toEqual(expected);
});

test('a macro of a header counts unless the headers differ', () => {
  const text = 'MODULE_VERSION(DRIVER_VERSION);';
  const one = '#ifndef H\n#  define DRIVER_VERSION\t"0.13" /* x */\n#endif';
  expect(read(text, { 'version.h': one })).toEqual(['VERSION 0.13']);
  expect(read(text, { 'version.h': one, 'a/version.h': one })).toEqual(['VERSION 0.13']);
  expect(read(text, { 'version.h': one, 'b.h': '#define DRIVER_VERSION "2"' })).toEqual([]);
  expect(read(text, { 'b.h': '#define DRIVER_VERSION_2 "2"' })).toEqual([]);
});

test('bidirectional marks and zero-width characters are taken out', () => {
  expect(read('MODULE_DESCRIPTION("a\u202eb\u200bc");')).toEqual(['DESCRIPTION a b c']);
});

test.each([
  ['"Toy driver, built from SHA: " BUILD_SHA', 'Toy driver'],
  ['"Toy driver, built from SHA: " KNOWN', 'Toy driver'],
  ['"Toy driver (version " KNOWN ")"', 'Toy driver'],
  ['"Toy driver v" KNOWN', 'Toy driver'],
  ['"Toy driver - " BUILD_DATE', 'Toy driver'],
  ['"Toy " "driver for " KNOWN', 'Toy driver for abc'],
  ['"Toy driver for " BUILD_NAME', undefined],
  ['BUILD_NAME " driver"', undefined],
  ['"Version control of toys"', 'Version control of toys'],
])('bug: a description had the build’s version: %s', (argument, expected) => {
  const said = read(`#define KNOWN "abc"\nMODULE_DESCRIPTION(${argument});`);
  expect(said).toEqual(expected === undefined ? [] : [`DESCRIPTION ${expected}`]);
});
