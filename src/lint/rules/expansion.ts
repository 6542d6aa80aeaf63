import { lineOf } from '../text/conf-lookups.ts';
import type { ConfContext, ConfRule, Trap } from '../text/rule.ts';

/** One value before and after DKMS's second round. */
interface Value {
  readonly name: string;
  readonly index: number;
  readonly raw: string;
  /** undefined: lost altogether. */
  readonly final: string | undefined;
}

const TWICE =
  'DKMS hands every value through `eval echo` into a file that it sources again (dkms.in, safe_source).';

const quotesLost: ConfRule = {
  code: 'quotes-lost',
  severity: 'warning',
  title: 'double quotes that do not survive',
  why: `${TWICE} Double quotes inside a value vanish on the way; single quotes stay.`,
  bad: 'MAKE="make VERSION=\\"1.0\\""',
  good: `MAKE="make VERSION='1.0'"`,
  *check(context) {
    for (const { name, index, raw, final } of valuesOf(context)) {
      if (final === undefined || !raw.includes('"') || final.includes('"')) continue;
      yield {
        line: lineOf(context, name, index),
        message: `the double quotes inside ${shown(name, index)} are gone when DKMS uses it: ${brief(final)}`,
        ...singleQuoted(context, name, index),
      };
    }
  },
};

const valueLost: ConfRule = {
  code: 'value-lost',
  severity: 'error',
  title: 'a value that DKMS loses',
  why: `${TWICE} Double quotes with a blank between them end the assignment there; bash complains, and the directive stays unset.`,
  bad: 'MAKE="make FLAGS=\\"-O2 -g\\""',
  good: `MAKE="make FLAGS='-O2 -g'"`,
  *check(context) {
    for (const { name, index, raw, final } of valuesOf(context)) {
      if (raw.trim() === '' || final !== undefined) continue;
      yield {
        line: lineOf(context, name, index),
        message: `${shown(name, index)} is unset when DKMS has read it`,
        ...singleQuoted(context, name, index),
      };
    }
  },
};

const newlineLost: ConfRule = {
  code: 'newline-lost',
  severity: 'error',
  title: 'lines that become one',
  why: `${TWICE} A line break inside a value becomes a blank: two commands become one with too many arguments.`,
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
        message: `the lines of ${shown(name, index)} become one command: ${brief(final)}`,
        advice: 'join the commands with && or ;',
      };
    }
  },
};

/** Does a line end a command, and does the next one begin a new one (rather than go on with arguments)? */
function isCommand(line: string, next = ''): boolean {
  if (/(?:[;&|({]|\bthen|\bdo|\belse)\s*$/.test(line) || line.trim() === '') return false;
  return /^\s*(?:make|cd|\.\/|cp|mv|rm|ln|sh|bash|test|if|for)\b/.test(next);
}

const expandedTwice: ConfRule = {
  code: 'expanded-twice',
  severity: 'warning',
  title: 'an expansion that comes too early',
  why: `${TWICE} A $ or backquote that was kept from bash the first time is expanded then, by DKMS and not by make or the shell that runs the command; it takes \\\\\\$ to keep one.`,
  bad: "MAKE='make && cp $1 .'",
  good: 'MAKE="make && cp foo.ko ."',
  *check(context) {
    for (const { name, index, raw, final } of valuesOf(context)) {
      const early = raw.match(/(?<!\\)(?:\$(?:\(|[@*#?$!0-9])|`)/)?.[0];
      if (early === undefined || final === undefined || final.includes(early)) continue;
      const what =
        early === '`' || early === '$(' ? 'the command in it is run' : `${early} is expanded`;
      yield {
        line: lineOf(context, name, index),
        message: `${shown(name, index)}: ${what} when DKMS reads the file; what is left is ${brief(final)}`,
        advice: 'put it into a script of the tree, and call that',
      };
    }
  },
};

const blanksCollapsed: ConfRule = {
  code: 'blanks-collapsed',
  severity: 'info',
  title: 'blanks inside quotes become one',
  why: `${TWICE} Runs of blanks become one, inside single quotes too.`,
  bad: `MAKE="make NAME='a  b'"`,
  good: `MAKE="make NAME='a b'"`,
  *check(context) {
    for (const { name, index, raw, final } of valuesOf(context)) {
      const quoted = raw.match(/'[^'\n]*\S[ \t]{2,}\S[^'\n]*'/)?.[0];
      if (quoted === undefined || final === undefined || final.includes(quoted)) continue;
      yield {
        line: lineOf(context, name, index),
        message: `the blanks in ${quoted} of ${shown(name, index)} become one`,
      };
    }
  },
};

const globExpandedEarly: ConfRule = {
  code: 'glob-expanded-early',
  severity: 'info',
  title: 'a pattern that dkms expands where it is called',
  why: `${TWICE} A word with * or ? becomes the names of the files that match it in the directory in which dkms was called; where none does, it stays for the shell that runs the command.`,
  bad: 'MAKE="make; mv out/*.ko ."',
  good: 'MAKE="make && ./collect.sh"',
  *check(context) {
    for (const { name, index, raw } of valuesOf(context)) {
      if (!/^(?:MAKE|POST_\w+|PRE_\w+)$/.test(name)) continue;
      const word = raw.split(/\s+/).find((part) => /[*?]/.test(part) && !/['"\\$]/.test(part));
      if (word === undefined || word.startsWith('/')) continue;
      yield {
        line: lineOf(context, name, index),
        message: `${word} in ${shown(name, index)} is expanded in the directory where dkms is called, if files match there`,
      };
    }
  },
};

function* valuesOf({ evaluation }: ConfContext): Iterable<Value> {
  for (const [name, values] of evaluation?.firstRound.values ?? []) {
    // CLEAN is not run any more: what is lost of it is lost on nobody.
    if (name === 'CLEAN') continue;
    for (const [index, raw] of values) {
      yield { name, index, raw, final: evaluation?.evaluated.values.get(name)?.get(index) };
    }
  }
}

/** `\"…\"` inside double quotes becomes `'…'`, where the text shows it. */
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
