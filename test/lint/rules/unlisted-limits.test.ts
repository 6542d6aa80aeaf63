import { expect, test } from 'vitest';
import { COMPLETE_RULES } from '../../../src/lint/rules/complete.ts';
import { LISTED_SOURCE_RULES } from '../../../src/lint/rules/unlisted.ts';
import type { TreeContext, TreeRule } from '../../../src/lint/tree/tree-rule.ts';

const paths = Array.from({ length: 23 }, (_, i) => `${i}.c`);

/** The last message of a rule about a tree with 23 mistakes of one kind. */
function last([rule]: readonly TreeRule[], context: Partial<TreeContext>): string | undefined {
  return [...(rule?.check(context as TreeContext) ?? [])].at(-1)?.message;
}

test('bug: of more than 20 files the others were not mentioned', () => {
  const listed = { file: 'x.install', missed: paths, gone: [] };
  expect(last(LISTED_SOURCE_RULES, { listed })).toBe(
    '3 more source files are not listed in debian/x.install',
  );
  const gaps = paths.map((path) => ({
    missing: { path, kind: 'source', certain: true },
    file: 'Kbuild',
    packed: false,
  }));
  expect(last(COMPLETE_RULES, { gaps: gaps as never })).toBe('the source lacks 3 more files');
});
