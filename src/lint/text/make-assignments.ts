import { makeLines } from '../../kbuild/make-lines.ts';

/** An assignment in a makefile: a line such as `NAME += VALUE`, or `NAME=VALUE` in a command. */
export interface MakeAssignment {
  readonly line: number;
  /** The text before the name: '', `export`, `foo.o:`, or the beginning of a command. */
  readonly before: string;
  readonly name: string;
  readonly operator: string;
  readonly value: string;
  /** The branches of conditionals (ifeq, else …) around the line, from the outermost. */
  readonly branches: readonly number[];
  /** Whether the line begins with a tab, as a recipe does. */
  readonly tab: boolean;
}

/** A name of a variable, which may contain others: `ccflags-$(CONFIG_FOO)`. */
const NAME = String.raw`(?:[\w.-]|\$\([\w.-]+\))+`;
const OPENS = /^\s*(?:ifeq|ifneq|ifdef|ifndef)\b/;

/**
 * Returns an assignment of each line of a makefile: of the first variable whose name matches `name` (the source of a
 * regular expression without groups). Continued lines are joined.
 */
export function makeAssignments(text: string, name: string = NAME): MakeAssignment[] {
  const expression = new RegExp(
    String.raw`^(.*?)(?<![\w.({$-])(${name})\s*(:{0,3}=|[+?!]=)\s*(.*)$`,
  );
  const found: MakeAssignment[] = [];
  const branches: number[] = [];
  let count = 0;
  for (const { number, text: line, tab } of makeLines(text)) {
    if (OPENS.test(line)) branches.push(count++);
    else if (/^\s*else\b/.test(line)) branches.splice(-1, 1, count++);
    else if (/^\s*endif\b/.test(line)) branches.pop();
    else {
      const [, before = '', own, operator = '', value = ''] = expression.exec(line) ?? [];
      if (own === undefined) continue;
      const words = { before: before.trim(), name: own, operator, value: value.trim() };
      found.push({ line: number, ...words, branches: [...branches], tab });
    }
  }
  return found;
}

/** Whether a line with the branches `one` is read whenever a line with the branches `other` is read. */
export function isReadWith(one: readonly number[], other: readonly number[]): boolean {
  return one.every((branch, i) => other[i] === branch);
}
