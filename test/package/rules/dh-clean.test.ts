import { expect, test } from 'vitest';
import { isCleanedAway } from '../../../src/package/rules/dh-clean.ts';

test.each([
  ['src/a.c.orig', 'file', true],
  ['.a.rej', 'file', true],
  ['src/TAGS', 'file', true],
  ['build-stamp', 'file', true],
  ['src/build-stamp', 'file', false],
  ['src/.deps/x.P', 'file', true],
  ['src/x.P', 'file', false],
  // dh_clean(1) removes only files with such names, and the directory autom4te.cache with its contents.
  ['old.bak', 'directory', false],
  ['old.bak/a.c', 'file', false],
  ['a.c.bak', 'symlink', false],
  ['autom4te.cache', 'directory', true],
  ['src/autom4te.cache/a', 'file', true],
] as const)('%s, a %s: dh_clean removes it: %s', (path, type, removed) => {
  expect(isCleanedAway(path, type)).toBe(removed);
});
