import { InputError } from '../errors.ts';
import { withoutBinNmu, withoutRevision } from './version.ts';

/** The values of substitution variables by their name (deb-substvars(5)). */
export type Substvars = ReadonlyMap<string, string>;

const USE = /\$\{([-:0-9A-Za-z]+)\}/g;
/**
 * If a variable whose value contains `$` is inserted this number of times, it is said to contain itself. dpkg has a
 * similar limit.
 */
const MAX_SUBSTITUTIONS = 50;

export interface SubstvarFacts {
  readonly sourceVersion: string;
  /** The version of the binary package. For a binNMU it differs from the source version. */
  readonly binaryVersion?: string;
  /** The architecture for which the package is built (DEB_HOST_ARCH). */
  readonly architecture?: string;
}

/**
 * Returns built-in variables of dpkg-gencontrol (deb-substvars(5), "Built-in Variable"): characters, versions and the
 * architecture. Others, such as `dpkg:Version` and `vendor:Name`, are not set.
 */
export function builtinSubstvars(facts: SubstvarFacts): Map<string, string> {
  const sourceVersion = withoutBinNmu(facts.sourceVersion);
  return withoutUndefined([
    ['Newline', '\n'],
    ['Space', ' '],
    ['Tab', '\t'],
    ['binary:Version', facts.binaryVersion ?? facts.sourceVersion],
    ['source:Version', sourceVersion],
    ['source:Upstream-Version', withoutRevision(sourceVersion)],
    ['Arch', facts.architecture],
  ]);
}

/**
 * Returns substitution variables with the values of fields (deb-substvars(5)): `S:Field` for the fields of
 * debian/control's source stanza, or `F:Field` for the fields of the control file in the .deb.
 */
export function fieldSubstvars(
  prefix: 'S' | 'F',
  fields: readonly (readonly [name: string, value: string | undefined])[],
): Map<string, string> {
  return withoutUndefined(fields.map(([name, value]) => [`${prefix}:${name}`, value] as const));
}

function withoutUndefined(
  entries: readonly (readonly [name: string, value: string | undefined])[],
): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [name, value] of entries) if (value !== undefined) variables.set(name, value);
  return variables;
}

export interface Substitution {
  readonly text: string;
  /** The variables in the text that are not set. They are replaced by nothing, as by dpkg-gencontrol. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * Replaces every `${name}` in `text`, also in the inserted values, and finally `${}` by `$` (deb-substvars(5)). Throws
 * InputError `substvar-recursion` if a variable contains itself, which is assumed after MAX_SUBSTITUTIONS.
 */
export function substitute(text: string, variables: Substvars): Substitution {
  const unknown = new Set<string>();
  const depth = new Map<string, number>();
  let result = '';
  let rest = text;
  let position = 0;
  for (;;) {
    USE.lastIndex = position;
    const match = USE.exec(rest);
    if (!match) break;
    const [whole, name = ''] = match;
    const value = variables.get(name) ?? '';
    if (!variables.has(name)) unknown.add(name);
    if (value.includes('$')) {
      const count = (depth.get(name) ?? 0) + 1;
      depth.set(name, count);
      if (count >= MAX_SUBSTITUTIONS) throw recursion(name);
    }
    const before = rest.slice(position, match.index);
    const after = match.index + whole.length;
    const open = /\$(?:\{[-:0-9A-Za-z]*)?$/.exec(before)?.index ?? before.length;
    result += before.slice(0, open);
    if (open === before.length && !value.includes('$')) {
      result += value;
      position = after;
    } else {
      // The inserted value may contain variables, or complete an open "${na" before it, so it is searched, too.
      rest = before.slice(open) + value + rest.slice(after);
      position = 0;
    }
  }
  return { text: (result + rest.slice(position)).replaceAll(/\$\{\}/g, '$'), unknown };
}

function recursion(name: string): InputError {
  return new InputError(
    'substvar-recursion',
    `the value of \${${name}} contains the variable itself`,
    {
      hint: 'Remove the variable from its own value, and from the variables in that value (deb-substvars(5)).',
    },
  );
}
