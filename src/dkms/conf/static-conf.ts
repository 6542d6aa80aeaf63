import { DIRECTIVES } from './directives.ts';
import type { EvaluatedConf } from './evaluate.ts';
import { onlySetsVariables } from './only-sets-variables.ts';
import { readAssignments } from './shell-words.ts';

export interface StaticConf {
  /** The values that are known without bash. `matches` is empty: only bash knows which regular expressions match. */
  readonly conf: EvaluatedConf;
  /** The directives whose values are unknown, because only bash could find them out. */
  readonly unknown: ReadonlySet<string>;
  /** Whether everything is known: the file only sets variables, and all values are known. */
  readonly complete: boolean;
}

/** A value with more characters than this is unknown: references to variables could double it again and again. */
const MOST_LENGTH = 4096;

/**
 * Reads a dkms.conf without running bash, for files of strangers. Understands plain assignments and
 * references to variables that were assigned before. Any other value is unknown, never guessed. `known` are
 * variables that DKMS sets before it reads the file.
 */
export function readStaticConf(
  file: string,
  text: string,
  known: Readonly<Record<string, string>> = {},
): StaticConf {
  const values = new Map<string, Map<number, string>>();
  const unknown = new Set<string>();
  const variables = new Map(Object.entries(known));
  for (const { name, index, append, nested, valueStart, end } of readAssignments(text)
    .assignments) {
    const value = nested || append ? undefined : literal(text.slice(valueStart, end), variables);
    const number = index === undefined ? 0 : /^\d{1,4}$/.test(index) ? Number(index) : undefined;
    if (number === 0 && value !== undefined) variables.set(name, value);
    else if (number === 0 || number === undefined) variables.delete(name);
    if (!DIRECTIVES.some((directive) => directive === name)) continue;
    if (value === undefined || number === undefined) unknown.add(name);
    else if (value === '') values.get(name)?.delete(number);
    else values.set(name, (values.get(name) ?? new Map<number, string>()).set(number, value));
  }
  const conf = { file, values, matches: new Map(), complaints: [] };
  return { conf, unknown, complete: onlySetsVariables(text) && unknown.size === 0 };
}

/** Returns the value of a word, or undefined if only bash could find it out. */
function literal(word: string, variables: ReadonlyMap<string, string>): string | undefined {
  let known = true;
  const expanded = (text: string) =>
    text.replace(/\$\{(\w+)\}|\$(\w+)/g, (_, braced: string, plain: string) => {
      const value = variables.get(braced ?? plain);
      if (value === undefined) known = false;
      return value ?? '';
    });
  let result = '';
  for (let rest = word; rest !== ''; ) {
    const [part = '', double, single, bare] =
      /^(?:"([^"\\`]*)"|'([^'\\`]*)'|([^"'\\`\s;&|<>()*?[\]{}~$]+|\$\{?\w+\}?))/.exec(rest) ?? [];
    if (part === '') return undefined;
    // DKMS expands values twice, so single quotes do not protect a variable.
    result += expanded(double ?? single ?? bare ?? '');
    rest = rest.slice(part.length);
  }
  if (!known || result.length > MOST_LENGTH || /[$`"\\]/.test(result)) return undefined;
  return result.replace(/\s+/g, ' ');
}
