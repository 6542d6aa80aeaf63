import type { TreeRule } from '../tree/tree-rule.ts';

/**
 * At most this many things that were not checked get a finding each. One more finding gives the number of the others.
 */
const MOST = 20;

const notChecked: TreeRule = {
  code: 'not-checked',
  severity: 'info',
  title: 'something that lint did not check',
  why: 'lint does not read a makefile of more than 256 KiB, or another file of the build of more than 4 MiB. It ends programs that take too long, and runs none with --no-evaluate. Mistakes in these parts are not reported.',
  bad: 'a Makefile of a megabyte',
  good: 'a Makefile of at most 256 KiB, with the rest in makefiles that it includes',
  *check({ unchecked }) {
    yield* unchecked.slice(0, MOST);
    const next = unchecked[MOST];
    if (next === undefined) return;
    const message = `lint did not check ${unchecked.length - MOST} more files or properties`;
    yield { file: next.file, message };
  },
};

export const UNCHECKED_RULES: readonly TreeRule[] = [notChecked];
