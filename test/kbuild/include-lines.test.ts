import { expect, test } from 'vitest';
import { includeLines } from '../../src/kbuild/include-lines.ts';

const names = (text: string) => includeLines(text).map(({ name }) => name);

test('bug: after a branch that is compiled, no later branch is', () => {
  const text = [
    '#if defined(__KERNEL__)',
    '#include "kernel.h"',
    '#elif defined(_WIN32)',
    '#include "windows.h"',
    '#else',
    '#include "user.h"',
    '#endif',
    '#include "both.h"',
  ];
  expect(names(text.join('\n'))).toEqual(['kernel.h', 'both.h']);
});

test('after a branch that is not compiled, the #else is', () => {
  expect(names('#ifdef __cplusplus\n#include "a.h"\n#else\n#include "b.h"\n#endif')).toEqual([
    'b.h',
  ]);
  expect(includeLines('#if X\n#include "a.h"\n#else\n#include "b.h"\n#endif')).toMatchObject([
    { name: 'a.h', always: false },
    { name: 'b.h', always: false },
  ]);
});
