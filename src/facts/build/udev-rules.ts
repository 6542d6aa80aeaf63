/** Parses udev rules (udev(7), "RULES FILES") and finds the programs that they call. */

export interface UdevCall {
  /**
   * The program as the rule names it: a path, the name of a file in /usr/lib/udev, or a text with a substitution
   * (`%E{ROOT}/x`, `$env{X}`).
   */
  readonly program: string;
  /** Whether udev itself calls the program. If false, a shell in the rule calls it. */
  readonly direct: boolean;
}

const KEYS =
  'ACTION|DEVPATH|KERNELS?|NAME|SYMLINK|SUBSYSTEMS?|DRIVERS?|ATTRS?|SYSCTL|ENV|CONST|TAGS?|TEST|PROGRAM|RESULT|OWNER|GROUP|MODE|SECLABEL|RUN|LABEL|GOTO|IMPORT|OPTIONS|WAIT_FOR(?:_SYSFS)?|PHYSDEVPATH|BUS|SYSFS';
const PAIR = new RegExp(
  `[\\s,]*(?<key>${KEYS})(?:\\{(?<attribute>[^{}]*)\\})?\\s*(?:==|!=|\\+=|-=|:=|=)\\s*[ei]?"(?<value>(?:\\\\.|[^"\\\\])*)"`,
  'y',
);

interface Pair {
  readonly key: string;
  readonly attribute: string | undefined;
  readonly value: string;
}

/**
 * Parses a udev rules file, and returns the pairs of key and value of each rule. Text after the last pair of a line is
 * ignored. Returns undefined if the file has no rule or another format, because other files may also be named `.rules`:
 * makefiles, packet filters, and the rules of polkit, which are JavaScript.
 */
export function readUdevRules(text: string): Pair[][] | undefined {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r$/gm, '')
    .replace(/^[ \t]*#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /[^\s\\]/.test(line));
  const rules = lines.map(pairsOf);
  return rules.length > 0 && rules.every((pairs) => pairs.length > 0) ? rules : undefined;
}

function pairsOf(line: string): Pair[] {
  const pairs: Pair[] = [];
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(line); match !== null; match = PAIR.exec(line)) {
    const { key = '', attribute, value = '' } = match.groups ?? {};
    pairs.push({ key, attribute, value });
  }
  return pairs;
}

/**
 * Returns the programs that RUN, PROGRAM and IMPORT{program} name. If a program is a shell, also returns the paths of
 * the programs that the shell calls.
 */
export function callsOf(rules: readonly (readonly Pair[])[]): UdevCall[] {
  const calls = new Map<string, UdevCall>();
  for (const { key, attribute, value } of rules.flat()) {
    const calling = attribute === 'program' || (attribute === undefined && key !== 'IMPORT');
    if (!calling || !/^(?:RUN|PROGRAM|IMPORT)$/.test(key)) continue;
    const program = /^\s*(?:'([^']*)'|(\S+))/.exec(value);
    const called = program?.[1] ?? program?.[2];
    if (called === undefined) continue;
    calls.set(called, { program: called, direct: true });
    for (const [, inner] of value.matchAll(/[\s;&|('"`](\/[^\s;&|)'"`<>]+)/g)) {
      if (inner === undefined || !isProgramPath(inner) || calls.has(inner)) continue;
      if (/^\/(?:usr\/)?bin\/(?:ba|da)?sh$/.test(called)) {
        calls.set(inner, { program: inner, direct: false });
      }
    }
  }
  return [...calls.values()];
}

/** Whether a path may be the path of a program. Devices, attributes and data files are not in these directories. */
function isProgramPath(path: string): boolean {
  return /^\/(?:(?:usr\/)?(?:local\/)?s?bin|opt|usr\/(?:local\/)?(?:lib|libexec|share)|lib)\//.test(
    path,
  );
}
