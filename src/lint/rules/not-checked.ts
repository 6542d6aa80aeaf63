import type { TreeRule } from '../tree/tree-rule.ts';

/** At most this many files get a finding each. One more finding gives the number of the other files. */
const MOST = 20;

const notChecked: TreeRule = {
  code: 'not-checked',
  severity: 'info',
  title: 'something that lint did not check',
  why: 'lint reads only files of the usual size, ends programs that take too long, and runs nothing with --no-evaluate. Mistakes in what it left out are not reported.',
  bad: 'a Makefile of a megabyte',
  good: 'a Makefile of at most 256 KiB, which may include others',
  *check({ unchecked }) {
    yield* unchecked.slice(0, MOST);
    const next = unchecked[MOST];
    if (next === undefined) return;
    const message = `lint did not check ${unchecked.length - MOST} more files or properties`;
    yield { file: next.file, message };
  },
};

export const UNCHECKED_RULES: readonly TreeRule[] = [notChecked];
