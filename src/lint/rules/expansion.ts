import { lineOf } from '../text/conf-lookups.ts';
import type { ConfContext, ConfRule, Trap } from '../text/rule.ts';

/** A value of dkms.conf before and after DKMS evaluates it a second time. */
interface Value {
  readonly name: string;
  readonly index: number;
  readonly raw: string;
  /** The value after the second evaluation. Undefined if the directive is unset after it. */
  readonly final: string | undefined;
}

const TWICE =
  'DKMS evaluates every value a second time: it prints the value with `eval echo` and sources the result (dkms.in, safe_source).';

const quotesLost: ConfRule = {
  code: 'quotes-lost',
  severity: 'warning',
  title: 'double quotes that DKMS removes',
  why: `${TWICE} Double quotes inside a value are removed; single quotes stay.`,
  bad: 'MAKE="make VERSION=\\"1.0\\""',
  good: `MAKE="make VERSION='1.0'"`,
  *check(context) {
    for (const { name, index, raw, final } of valuesOf(context)) {
      if (final === undefined || !raw.includes('"') || final.includes('"')) continue;
      yield {
        line: lineOf(context, name, index),
        message: `DKMS removes the double quotes inside ${shown(name, index)}; the result is ${brief(final)}`,
        ...singleQuoted(context, name, index),
      };
    }
  },
};

const valueLost: ConfRule = {
  code: 'value-lost',
  severity: 'error',
  title: 'a value that DKMS loses',
  why: `${TWICE} If a value contains double quotes with a blank inside of them, the second assignment ends at the blank. bash reports an error, and the directive is unset.`,
  bad: 'MAKE="make FLAGS=\\"-O2 -g\\""',
  good: `MAKE="make FLAGS='-O2 -g'"`,
  *check(context) {
    for (const { name, index, raw, final } of valuesOf(context)) {
      if (raw.trim() === '' || final !== undefined) continue;
      yield {
        line: lineOf(context, name, index),
        message: `${shown(name, index)} is unset after DKMS has read it`,
        ...singleQuoted(context, name, index),
      };
    }
  },
};

const newlineLost: ConfRule = {
  code: 'newline-lost',
  severity: 'error',
  title: 'lines that become one',
  why: `${TWICE} A line break inside a value becomes a blank, so two commands become one with too many arguments.`,
  bad: 'MAKE="./configure\nmake"',
  good: 'MAKE="./configure && make"',
  *check(context) {
    for (const { name, index, raw, final } of valuesOf(context)) {
      if (name !== 'MAKE' || final === undefined) continue;
      const lines = raw.trim().split('\n');
      const broken = lines.findIndex(
        (line, i) => i < lines.length - 1 && isCommand(line, lines[i + 1]),
      );
      if (broken < 0) continue;
      yield {
        line: lineOf(context, name, index),
        message: `the lines of ${shown(name, index)} become one command, which is ${brief(final)}`,
        advice: 'join the commands with && or ;',
      };
    }
  },
};

/** Whether the line break between two lines of a value separates two commands. */
function isCommand(line: string, next = ''): boolean {
  if (/(?:[;&|({]|\bthen|\bdo|\belse)\s*$/.test(line) || line.trim() === '') return false;
  return /^\s*(?:make|cd|\.\/|cp|mv|rm|ln|sh|bash|test|if|for)\b/.test(next);
}

const expandedTwice: ConfRule = {
  code: 'expanded-twice',
  severity: 'warning',
  title: 'an expansion that comes too early',
  why: `${TWICE} A $ or backquote that is quoted once is expanded then, not by make or by the shell that runs the command. Only \\\\\\$ keeps a $.`,
  bad: "MAKE='make && cp $1 .'",
  good: 'MAKE="make && cp foo.ko ."',
  *check(context) {
    for (const { name, index, raw, final } of valuesOf(context)) {
      const early = raw.match(/(?<!\\)(?:\$(?:\(|[@*#?$!0-9])|`)/)?.[0];
      if (early === undefined || final === undefined || final.includes(early)) continue;
      const command = { '`': 'the command in backquotes', '$(': 'the command in $(…)' }[early];
      const what = command === undefined ? `${early} is expanded` : `${command} is run`;
      yield {
        line: lineOf(context, name, index),
        message: `${shown(name, index)}: ${what} when DKMS reads the file; the result is ${brief(final)}`,
        advice: 'put the command into a script of the tree, and call the script',
      };
    }
  },
};

const blanksCollapsed: ConfRule = {
  code: 'blanks-collapsed',
  severity: 'info',
  title: 'several blanks that become one',
  why: `${TWICE} Several blanks become one, even inside single quotes.`,
  bad: `MAKE="make NAME='a  b'"`,
  good: `MAKE="make NAME='a b'"`,
  *check(context) {
    for (const { name, index, raw, final } of valuesOf(context)) {
      const quoted = raw.match(/'[^'\n]*\S[ \t]{2,}\S[^'\n]*'/)?.[0];
      if (quoted === undefined || final === undefined || final.includes(quoted)) continue;
      yield {
        line: lineOf(context, name, index),
        message: `several blanks in ${quoted} of ${shown(name, index)} become one blank`,
      };
    }
  },
};

const globExpandedEarly: ConfRule = {
  code: 'glob-expanded-early',
  severity: 'info',
  title: 'a pattern that is expanded in the directory where dkms is called',
  why: `${TWICE} A word with * or ? becomes the names of matching files in the directory in which dkms was called. If no file matches, it stays for the shell that runs the command.`,
  bad: 'MAKE="make; mv out/*.ko ."',
  good: 'MAKE="make && ./collect.sh"',
  *check(context) {
    for (const { name, index, raw } of valuesOf(context)) {
      if (!/^(?:MAKE|POST_\w+|PRE_\w+)$/.test(name)) continue;
      const word = raw.split(/\s+/).find((part) => /[*?]/.test(part) && !/['"\\$]/.test(part));
      if (word === undefined || word.startsWith('/')) continue;
      yield {
        line: lineOf(context, name, index),
        message: `the shell expands ${word} in ${shown(name, index)} if it matches files in the directory where dkms is called`,
      };
    }
  },
};

function* valuesOf({ evaluation }: ConfContext): Iterable<Value> {
  for (const [name, values] of evaluation?.firstRound.values ?? []) {
    // CLEAN is skipped: DKMS no longer runs it, so its value has no effect.
    if (name === 'CLEAN') continue;
    for (const [index, raw] of values) {
      yield { name, index, raw, final: evaluation?.evaluated.values.get(name)?.get(index) };
    }
  }
}

/**
 * Returns edits that replace the pairs of `\"` inside a value in double quotes by single quotes. If that could change
 * the meaning, returns advice instead.
 */
function singleQuoted(
  { text }: ConfContext,
  name: string,
  index: number,
): Pick<Trap, 'edits' | 'advice'> {
  const advice = `use single quotes inside ${name}`;
  const assignment = text.assignmentOf(name, index);
  const source = assignment && text.valueSource(assignment);
  if (assignment === undefined || source === undefined || !source.startsWith('"'))
    return { advice };
  const found = [...source.matchAll(/\\"/g)].map((match) => assignment.valueStart + match.index);
  if (found.length === 0 || found.length % 2 !== 0 || source.includes("'")) return { advice };
  return { edits: found.map((start) => ({ start, end: start + 2, text: "'" })) };
}

function shown(name: string, index: number): string {
  return index === 0 ? name : `${name}[${index}]`;
}

function brief(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}

export const EXPANSION_RULES: readonly ConfRule[] = [
  quotesLost,
  valueLost,
  newlineLost,
  expandedTwice,
  blanksCollapsed,
  globExpandedEarly,
];
