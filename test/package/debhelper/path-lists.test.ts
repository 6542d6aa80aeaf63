import { expect, test } from 'vitest';
import { parseList } from '../../../src/package/debhelper/path-lists.ts';

test('a list with more lines than anybody writes is refused with the line', () => {
  const line = 'LICENSE usr/src/hello-1.0/\n';
  expect(parseList(line.repeat(10_000), 'x.install')).toHaveLength(10_000);
  expect(() => parseList(line.repeat(10_001), 'x.install')).toThrow(
    expect.objectContaining({
      code: 'list-too-long',
      where: { file: 'x.install', line: 10_001 },
    }),
  );
});
