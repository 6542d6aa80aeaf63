import { isVersion } from './version.ts';

/**
 * The fields that dpkg parses as package relations (lib/dpkg/parse.c), each with what dpkg allows in it (fields.c,
 * f_dependency): whether alternatives are allowed; with `exact`, only the operator `=` is allowed.
 */
const FIELDS: Readonly<Record<string, { readonly alternatives: boolean; readonly exact?: true }>> =
  {
    depends: { alternatives: true },
    'pre-depends': { alternatives: true },
    recommends: { alternatives: true },
    suggests: { alternatives: true },
    enhances: { alternatives: true },
    conflicts: { alternatives: false },
    breaks: { alternatives: false },
    replaces: { alternatives: false },
    provides: { alternatives: false, exact: true },
  };

const RELATION =
  /^(?<name>[^\s:(,|]+)(?::(?<qualifier>[^\s(,|]+))?\s*(?:\(\s*(?<operator><<|<=|=|>=|>>|<|>)\s*(?<version>[^\s()]+)\s*\)\s*)?$/;

/**
 * Returns why dpkg would refuse the value of a relation field of a binary package. Returns undefined
 * if dpkg accepts the value, or if `field` (in lower case) is not a relation field. Restrictions in
 * [] and <> are refused: only source packages may have them.
 */
export function binaryRelationProblem(field: string, value: string): string | undefined {
  const rules = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  if (rules === undefined || value.trim() === '') return undefined;
  for (const item of value.split(',')) {
    const alternatives = item.split('|');
    if (alternatives.length > 1 && !rules.alternatives) {
      return `"${item.trim()}" has alternatives, but this field does not allow them`;
    }
    for (const alternative of alternatives) {
      const problem = relationProblem(alternative.trim(), rules.exact === true);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function relationProblem(text: string, exact: boolean): string | undefined {
  if (text === '') return 'a package name is missing between the commas or bars';
  const groups = RELATION.exec(text)?.groups;
  if (groups === undefined) return `"${text.slice(0, 100)}" is not "name (operator version)"`;
  const { name = '', qualifier, operator, version } = groups;
  // dpkg accepts capital letters and `_` in the names of packages in relations, although not in the name of a package
  // itself.
  if (!/^[A-Za-z0-9][A-Za-z0-9+._-]*$/.test(name)) return `"${name}" is not a package name`;
  if (qualifier !== undefined && !/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(qualifier)) {
    return `"${qualifier}" is not an architecture`;
  }
  if (version !== undefined && !isVersion(version)) return `"${version}" is not a version`;
  if (exact && operator !== undefined && operator !== '=') {
    return `"${text}" provides something other than an exact version (=)`;
  }
  return undefined;
}
