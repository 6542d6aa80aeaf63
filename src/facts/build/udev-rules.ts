/** What udev reads in a rules file (udev(7), "RULES FILES"), and which programs its rules call. */

export interface UdevCall {
  /** As the rule has it; a path, a name in /usr/lib/udev, or with a substitution (`%E{ROOT}/x`, `$env{X}`). */
  readonly program: string;
  /** Called directly by udev, not by a shell that a rule calls. */
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
 * The rules of a file, each as its pairs; undefined where it is something else under a name that ends in
 * `.rules`: polkit's JavaScript, a makefile, a packet filter's. A rule whose end udev refuses is still one.
 */
export function readUdevRules(text: string): Pair[][] | undefined {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r$/gm, '')
    .replace(/^\s*#.*$/gm, '')
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

/** The programs that rules call by RUN, PROGRAM and IMPORT{program}, and that a shell there calls by path. */
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

/** Not a device, an attribute or a file that the shell reads and writes. */
function isProgramPath(path: string): boolean {
  return /^\/(?:(?:usr\/)?(?:local\/)?s?bin|opt|usr\/(?:local\/)?(?:lib|libexec|share)|lib)\//.test(
    path,
  );
}
