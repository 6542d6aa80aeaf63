import { MATCHED_DIRECTIVES } from './directives.ts';

/**
 * Matches the use of a variable, also with an index or a plain pattern. It does not match transformations such as `@P`,
 * because they could run a command.
 */
const VARIABLE = String.raw`\$(?:\w+\b|\{\w+(?:\[\d+\])?(?:[%#/:-][^"'\x60$\\{}()@]*)?\})`;

const VARIABLES = new RegExp(VARIABLE, 'g');

/**
 * Matches a line that sets a variable and runs no command, neither when DKMS sources the line nor when it evaluates the
 * value again. DKMS writes a value between double quotes and sources the result, so a value with a double quote could
 * become a command.
 */
const ASSIGNMENT = new RegExp(
  String.raw`^[ \t]*(?:export[ \t]+)?(?<name>\w+)(?:\[\d+\])?(?<append>\+?)=(?<value>` +
    String.raw`"(?:[^"\x60$\\]|\\?${VARIABLE})*"` +
    String.raw`|'(?:[^'"\x60$\\]|${VARIABLE})*'` +
    String.raw`|(?:[^\s'"\x60$\\;&|<>()*?[\]{}~]|${VARIABLE})*` +
    String.raw`)(?:[ \t]+#.*|[ \t]*)$`,
);

/** Variables that change how bash or a program works, or that make evaluate-script.ts start other programs. */
const POWERFUL =
  /^(?:PATH|IFS|POSIXLY_CORRECT|BASH\w*|LD_\w*|DKMS_DIRECTIVE\w*|CONFIG_CC_VERSION_TEXT|dkms_\w*)$/;

/**
 * The directives whose values are regular expressions. USES_EXPRESSION matches a reference to the value of one of them.
 */
const EXPRESSIONS: readonly string[] = Object.keys(MATCHED_DIRECTIVES);
const USES_EXPRESSION = new RegExp(String.raw`\$\{?(?:${EXPRESSIONS.join('|')})\b`);

/** Matches a text that bash treats as a pattern of file names. `+(` belongs to extglob, an option that DKMS sets. */
const PATTERN = /[*?[]|[+@!]\(/;

/**
 * Whether a dkms.conf does nothing but set variables: it runs no command, and neither reads nor writes files. The
 * function knows only plain forms, so false does not mean that the file does more.
 */
export function onlySetsVariables(text: string): boolean {
  return everyLine(text, ({ name, append, value }) => {
    if (!PATTERN.test(value)) return true;
    // DKMS's `eval echo` replaces patterns by names of files. A pattern without spaces is in one word with the name of
    // its directive (NAME[0]=PATTERN), and no usual file has such a name.
    return EXPRESSIONS.includes(name) && !append && !/[ \t]/.test(value);
  });
}

/**
 * Does the same as onlySetsVariables, but also returns false if a value could be a pattern of file names. DKMS's
 * `eval echo` replaces a pattern by names of files, and a hostile tree could have a file whose name contains a command.
 */
export function setsPlainVariables(text: string): boolean {
  return everyLine(text, ({ value }) => !PATTERN.test(value));
}

/** Whether a line ends with a backslash that may or may not continue the line. */
function isUnsureContinuation(line: string): boolean {
  const text = line.replace(/\r$/, '');
  const before = text.slice(0, -1);
  return text.endsWith('\\') && (before.endsWith('\\') || /['#]/.test(before));
}

interface Assignment {
  readonly name: string;
  readonly append: boolean;
  /** The value without variables. */
  readonly value: string;
}

/**
 * Whether each line is blank, a comment, or an assignment that is `harmless`. False if the text uses a variable such as
 * $PWD or the value of a directive in EXPRESSIONS, or sets a POWERFUL variable.
 */
function everyLine(text: string, harmless: (assignment: Assignment) => boolean): boolean {
  if (/\$\{?(?:PWD|OLDPWD|BASH_SOURCE|HOME)\b/.test(text) || USES_EXPRESSION.test(text))
    return false;
  // A backslash does not continue the line in a comment, between single quotes, or after another backslash.
  if (text.split('\n').some(isUnsureContinuation)) return false;
  return text
    .replace(/\\\r?\n/g, '')
    .split(/\r?\n/)
    .every((line) => {
      if (/^[ \t]*(?:#.*)?$/.test(line)) return true;
      const { name, append, value = '' } = ASSIGNMENT.exec(line)?.groups ?? {};
      if (name === undefined || POWERFUL.test(name)) return false;
      return harmless({ name, append: append === '+', value: value.replace(VARIABLES, '') });
    });
}
