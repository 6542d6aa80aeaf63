import { InputError } from '../errors.ts';
import { withoutRevision } from './version.ts';

/**
 * A substitution variable, deb-substvars(5). `optional` (`?=`) and `builtin` ones may stay
 * unused, a `required` one (`!=`) must not.
 */
export interface Substvar {
  readonly value: string;
  readonly kind: 'normal' | 'optional' | 'required' | 'builtin';
}

export type Substvars = ReadonlyMap<string, Substvar>;

const LINE = /^([0-9A-Za-z_][-:0-9A-Za-z]*)([?!]?)=([^\n]*)$/;
const KINDS = { '': 'normal', '?': 'optional', '!': 'required' } as const;
const USE = /\$\{([-:0-9A-Za-z]+)\}/g;
/** dpkg's own: so often may a variable that holds variables be put in. */
const MAX_SUBSTITUTIONS = 50;

/**
 * The variables of a debian/<package>.substvars file (deb-substvars(5)): `name=value`,
 * `name?=value`, `name!=value`; blank lines and `#` comments are passed over, a later line
 * outdoes an earlier one. Throws InputError `substvars-syntax` with file and line.
 */
export function parseSubstvars(text: string, fileName: string): Map<string, Substvar> {
  const variables = new Map<string, Substvar>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd();
    if (line === '' || /^\s*#/.test(line)) continue;
    const [, name, sign = '', value = ''] = LINE.exec(line) ?? [];
    if (name === undefined) {
      throw new InputError(
        'substvars-syntax',
        `${JSON.stringify(line.slice(0, 60))} sets no variable`,
        {
          where: { file: fileName, line: index + 1 },
          hint: 'Write name=value or name?=value (deb-substvars(5)).',
        },
      );
    }
    variables.set(name, { value, kind: KINDS[sign as keyof typeof KINDS] });
  }
  return variables;
}

export interface SubstvarFacts {
  readonly sourceVersion: string;
  /** Differs from the source's for a binNMU. */
  readonly binaryVersion?: string;
  /** DEB_HOST_ARCH. */
  readonly architecture?: string;
  /** `Debian`, as dpkg-vendor has it. */
  readonly vendor?: string;
  readonly dpkgVersion?: string;
}

/** The variables that dpkg-gencontrol always knows (deb-substvars(5), "Built-in Variable"). */
export function builtinSubstvars(facts: SubstvarFacts): Map<string, Substvar> {
  const { architecture, vendor, dpkgVersion } = facts;
  const sourceVersion = facts.sourceVersion.replace(/\+b[0-9]+$/, '');
  const values: Record<string, string | undefined> = {
    Newline: '\n',
    Space: ' ',
    Tab: '\t',
    'binary:Version': facts.binaryVersion ?? facts.sourceVersion,
    'source:Version': sourceVersion,
    'source:Upstream-Version': withoutRevision(sourceVersion),
    Arch: architecture,
    'vendor:Name': vendor,
    'vendor:Id': vendor?.toLowerCase(),
    'dpkg:Version': dpkgVersion,
    'dpkg:Upstream-Version': dpkgVersion === undefined ? undefined : withoutRevision(dpkgVersion),
  };
  return toBuiltins(Object.entries(values));
}

/** `${S:Field}` of the source stanza or `${F:Field}` of the output, deb-substvars(5). */
export function fieldSubstvars(
  prefix: 'S' | 'F',
  fields: readonly (readonly [name: string, value: string | undefined])[],
): Map<string, Substvar> {
  return toBuiltins(fields.map(([name, value]) => [`${prefix}:${name}`, value] as const));
}

function toBuiltins(
  entries: readonly (readonly [string, string | undefined])[],
): Map<string, Substvar> {
  const variables = new Map<string, Substvar>();
  for (const [name, value] of entries) {
    if (value !== undefined) variables.set(name, { value, kind: 'builtin' });
  }
  return variables;
}

export interface Substitution {
  readonly text: string;
  /** Names that were used and exist, and names that do not: these give nothing, as for dpkg-gencontrol. */
  readonly used: ReadonlySet<string>;
  readonly unknown: ReadonlySet<string>;
}

/**
 * `text` with every `${name}` replaced, what replaces it looked through again, and at last `${}`
 * made `$` (deb-substvars(5)). Throws InputError `substvar-recursion` for a variable that leads
 * back to itself.
 */
export function substitute(text: string, variables: Substvars): Substitution {
  const used = new Set<string>();
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
    const variable = variables.get(name);
    (variable ? used : unknown).add(name);
    if (variable?.value.includes('$')) {
      const count = (depth.get(name) ?? 0) + 1;
      depth.set(name, count);
      if (count >= MAX_SUBSTITUTIONS) {
        throw new InputError(
          'substvar-recursion',
          `the variable \${${name}} is substituted again and again`,
          {
            hint: 'A substitution variable must not lead back to itself (deb-substvars(5)).',
          },
        );
      }
    }
    const before = rest.slice(position, match.index);
    const value = variable?.value ?? '';
    const after = match.index + whole.length;
    const open = /\$(?:\{[-:0-9A-Za-z]*)?$/.exec(before)?.index ?? before.length;
    result += before.slice(0, open);
    if (open === before.length && !value.includes('$')) {
      result += value;
      position = after;
    } else {
      // The value holds variables, or completes an open "${na" before it: it is looked through.
      rest = before.slice(open) + value + rest.slice(after);
      position = 0;
    }
  }
  return { text: (result + rest.slice(position)).replaceAll(/\$\{\}/g, '$'), used, unknown };
}

/** The variables that should have been used: `required` ones first of all (dpkg 1.22.7 stops there). */
export function unusedSubstvars(variables: Substvars, used: ReadonlySet<string>): string[] {
  return [...variables]
    .filter(([name, { value, kind }]) => !used.has(name) && value !== '' && isExpected(kind))
    .sort(([, a], [, b]) => Number(b.kind === 'required') - Number(a.kind === 'required'))
    .map(([name]) => name);
}

function isExpected(kind: Substvar['kind']): boolean {
  return kind === 'normal' || kind === 'required';
}
