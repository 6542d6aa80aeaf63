import { describe, expect, test } from 'vitest';
import { compiledObject, errorsOf } from '../../../src/module/compile/make-log.ts';

test.each([
  ['  CC [M]  core/duo.o', 'core/duo.o'],
  ['  CC [M]  /tmp/build/hello.mod.o', '/tmp/build/hello.mod.o'],
  ['  AS [M]  fast.o', 'fast.o'],
  ['  CC      plain.o', 'plain.o'],
  ['gcc -Wp,-MMD,.a.o.d -O2 -c -o a.o a.c', 'a.o'],
  ['  gcc-12 -o b.o -O2 -c b.c ', 'b.o'],
  ['  LD [M]  hello.ko', undefined],
  ['  MODPOST Module.symvers', undefined],
  ['make[1]: Entering directory', undefined],
  ['ld -r -o all.o a.o b.o', undefined],
])('%j compiles %j', (line, object) => {
  expect(compiledObject(line)).toBe(object);
});

/** The log of a driver with one mistake, made with kernel 6.1 (shortened). */
const BROKEN = `make[1]: Entering directory '/usr/src/linux-headers-6.1.0-56-amd64'
warning: the compiler differs from the one used to build the kernel
  The kernel was built by: gcc-12 (Debian 12.2.0-14) 12.2.0
  You are using:           gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0
  CC [M]  mac.o
  CC [M]  phy.o
In file included from phy.h:4,
                 from phy.c:1:
mac.h:7:1: warning: useless [-Wfoo]
    7 | useless;
      | ^~~~~~~
mac.c: In function 'rtw_set':
mac.c:200:11: error: 'bar' undeclared (first use in this function)
  200 | int foo = bar;
      |           ^~~
mac.c:200:11: note: each undeclared identifier is reported only once
make[2]: *** [/usr/src/linux-headers-6.1.0-56-common/scripts/Makefile.build:255: mac.o] Error 1
make[2]: *** Waiting for unfinished jobs....
make[1]: *** [/usr/src/linux-headers-6.1.0-56-common/Makefile:2065: .] Error 2
make[1]: Leaving directory '/usr/src/linux-headers-6.1.0-56-amd64'
make: *** [Makefile:193: all] Error 2
`;

describe('why make failed', () => {
  test("the compiler's error with its function and its code, without the noise of make", () => {
    expect(errorsOf(BROKEN)).toEqual([
      "mac.c: In function 'rtw_set':",
      "mac.c:200:11: error: 'bar' undeclared (first use in this function)",
      '  200 | int foo = bar;',
      '      |           ^~~',
    ]);
  });

  test('the first three different errors, and the number of the others', () => {
    const error = (line: number) => `a.c:${line}:1: error: wrong`;
    const log = [1, 2, 2, 3, 4, 5].map(error).join('\n');
    expect(errorsOf(log)).toEqual([error(1), error(2), error(3), '… and 2 more errors']);
    expect(errorsOf([1, 2, 3, 4].map(error).join('\n')).at(-1)).toBe('… and 1 more error');
  });

  test('a compiler that colours its messages', () => {
    expect(errorsOf('a.c:3:5: \u001b[1m\u001b[31merror:\u001b[0m wrong\n')).toEqual([
      'a.c:3:5: error: wrong',
    ]);
  });

  test('a header that is missing: where it is included', () => {
    const log = `In file included from a.c:3:\na.h:9:10: fatal error: linux/gone.h: No such file or directory\n    9 | #include <linux/gone.h>\n      |          ^~~~~~~~~~~~~~\ncompilation terminated.\n`;
    expect(errorsOf(log).slice(0, 2)).toEqual(log.split('\n').slice(0, 2));
  });

  test.each([
    [
      'modpost',
      'ERROR: modpost: "gone" [m.ko] undefined!\nmake[2]: *** [Makefile.modpost:126: Module.symvers] Error 1\nmake[1]: *** [Makefile:1991: modpost] Error 2\n',
      [
        'ERROR: modpost: "gone" [m.ko] undefined!',
        'make[2]: *** [Makefile.modpost:126: Module.symvers] Error 1',
      ],
    ],
    [
      'a rule that is missing',
      "make[1]: Entering directory '/x'\nmake[1]: *** No rule to make target 'modules'.  Stop.\nmake: *** [Makefile:2: all] Error 2\n",
      [
        "make[1]: *** No rule to make target 'modules'.  Stop.",
        'make: *** [Makefile:2: all] Error 2',
      ],
    ],
    [
      'a silent program',
      'make: *** [Makefile:2: all] Error 1\n',
      ['make: *** [Makefile:2: all] Error 1'],
    ],
    ['nothing but noise', "make: Entering directory '/x'\n", ["make: Entering directory '/x'"]],
    ['no output', '', []],
  ])('%s', (_, log, lines) => {
    expect(errorsOf(log)).toEqual(lines);
  });
});
