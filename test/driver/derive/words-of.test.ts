import { expect, test } from 'vitest';
import { firstError } from '../../../src/driver/derive/words-of.ts';

test.each([
  [
    'the compiler’s first error',
    'CC a.o\na.c:3:1: error: no\nmake: *** [x] Error 1',
    'a.c:3:1: error: no',
  ],
  [
    'a missing header',
    'a.c:1:10: fatal error: gen.h: No such file',
    'a.c:1:10: fatal error: gen.h: No such file',
  ],
  [
    'an unresolved symbol',
    'ERROR: modpost: "x" [a.ko] undefined!',
    'ERROR: modpost: "x" [a.ko] undefined!',
  ],
  ['make’s own', 'x\nMakefile:3: *** no headers.  Stop.', 'Makefile:3: *** no headers.  Stop.'],
  [
    'not what only says which target failed',
    'sh: 1: foo: not found\nmake: *** [a] Error 127',
    'sh: 1: foo: not found',
  ],
  ['silence', '\n', 'no output'],
])('%s', (_, output, expected) => expect(firstError(output)).toBe(expected));
