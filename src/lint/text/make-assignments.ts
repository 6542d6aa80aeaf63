import { makeLines } from '../../kbuild/make-lines.ts';

/** An assignment in a makefile: a line such as `NAME += VALUE`, or `NAME=VALUE` in a command. */
export interface MakeAssignment {
  readonly line: number;
  /** The text before the name: '', `export`, `foo.o:`, or the beginning of a command. */
  readonly before: string;
  readonly name: string;
  readonly operator: string;
  readonly value: string;
  /** The innermost branch around the line. Undefined outside of conditionals. */
  readonly branch: MakeBranch | undefined;
  /** Whether the line begins with a tab, as a recipe does. */
  readonly tab: boolean;
}

/** A branch of a conditional (ifeq, else …). */
export interface MakeBranch {
  /** The branch around the conditional. */
  readonly outer: MakeBranch | undefined;
}

/**
 * The source of a regular expression for names of variables, which may contain references to variables:
 * `ccflags-$(CONFIG_FOO)`.
 */
export const MAKE_NAME = String.raw`(?:[\w.-]|\$\([\w.-]+\))+`;
const OPENS = /^\s*(?:ifeq|ifneq|ifdef|ifndef)\b/;

/**
 * Returns at most one assignment for each line of a makefile: the first one to a variable whose name matches `name`
 * (the source of a regular expression without groups). Lines that `\` joins are one line. A match of `name` may begin
 * only where a name can begin: not behind a character of a name, and not behind a reference such as `$(X)`. So the time
 * is linear.
 */
export function makeAssignments(text: string, name: string = MAKE_NAME): MakeAssignment[] {
  const expression = new RegExp(String.raw`(?<![\w.(){}$-])(${name})\s*(:{0,3}=|[+?!]=)`);
  const found: MakeAssignment[] = [];
  let branch: MakeBranch | undefined;
  for (const { number, text: line, tab } of makeLines(text)) {
    if (OPENS.test(line)) branch = { outer: branch };
    else if (/^\s*else\b/.test(line)) branch = { outer: branch?.outer };
    else if (/^\s*endif\b/.test(line)) branch = branch?.outer;
    else {
      const match = expression.exec(line);
      if (match === null) continue;
      const [all, own = '', operator = ''] = match;
      const before = line.slice(0, match.index).trim();
      const value = line.slice(match.index + all.length).trim();
      found.push({ line: number, before, name: own, operator, value, branch, tab });
    }
  }
  return found;
}
