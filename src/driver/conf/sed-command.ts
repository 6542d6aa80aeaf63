/** One `s` command of sed in a line of a makefile or script. */
export interface SedCommand {
  /** The address before the command, such as `/^PACKAGE_VERSION=/`. */
  readonly address: string | undefined;
  readonly pattern: string;
  readonly replacement: string;
  readonly extended: boolean;
}

const SEPARATED =
  /(?:(?<![\w/])\/((?:[^/\\\n]|\\.)+)\/[ \t]*)?\bs([^\w\s\\;)(}{$"'.])((?:(?!\2)[^\\\n]|\\.)+)\2((?:(?!\2)[^\\\n]|\\.)*)\2[gipI0-9]*/g;

/** Returns the `s` commands in a line of a script or of a makefile. `$$` in a makefile is `$` for the shell. */
export function sedCommandsIn(line: string): SedCommand[] {
  const extended = /\bsed\b[^|;]*\s-(?:[a-zA-Z]*[Er]|-regexp-extended)\b|\bperl\b/.test(line);
  return [...line.matchAll(SEPARATED)].map(([, address, , pattern = '', replacement = '']) => ({
    address,
    pattern,
    replacement,
    extended,
  }));
}

/**
 * Applies a sed command to a line. `value` is the replacement with its variables expanded. Returns undefined if the
 * command does not match the line, or if its regular expression is not supported.
 */
export function applySed(command: SedCommand, value: string, line: string): string | undefined {
  const { address, pattern, extended } = command;
  const expression = toRegExp(pattern, extended);
  const where = address === undefined ? /^/ : toRegExp(address, extended);
  if (expression === undefined || where === undefined) return undefined;
  if (!where.test(line) || !expression.test(line)) return undefined;
  return line.replace(expression, (whole, ...groups) =>
    value.replace(/\\(.)|&/g, (reference, character: string | undefined) => {
      if (reference === '&') return whole;
      const group = Number(character);
      if (Number.isNaN(group)) return character ?? '';
      return group === 0 ? whole : String(groups[group - 1] ?? '');
    }),
  );
}

/**
 * Converts a regular expression of sed to one of JavaScript. In a basic regular expression (sed without -E), groups and
 * repetitions need a backslash. Returns undefined if the expression is not supported.
 */
function toRegExp(source: string, extended: boolean): RegExp | undefined {
  let text = '';
  for (let i = 0; i < source.length; i++) {
    const character = source.charAt(i);
    const next = source.charAt(i + 1);
    if (character === '[') {
      const close = source.indexOf(
        ']',
        source[i + 1] === ']' || source[i + 2] === ']' ? i + 3 : i + 1,
      );
      if (close < 0) return undefined;
      const inside = source.slice(i + 1, close).replaceAll('\\', '\\\\');
      if (inside.includes('[:')) return undefined;
      text += `[${inside.replace(/\]/g, '\\]')}]`;
      i = close;
    } else if (character === '\\') {
      text += /[(){}|+?]/.test(next) !== extended ? next : `\\${next}`;
      i++;
    } else if (/[(){}|+?]/.test(character)) {
      text += extended ? character : `\\${character}`;
    } else if (character === '$' && i < source.length - 1 && source[i + 1] !== '$') {
      return undefined;
    } else text += character;
  }
  try {
    return new RegExp(text.replace(/\$\$$/, '$'));
  } catch {
    return undefined;
  }
}
