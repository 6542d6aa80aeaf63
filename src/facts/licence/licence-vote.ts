/** Which licence the files of a driver agree on. */

import type { SourceFile } from '../code/c-sources.ts';
import type { ModuleStatement } from '../code/module-macros.ts';
import type { Fact } from '../fact.ts';

export interface Stated extends Fact<string> {
  /** How much of the tree's code states this licence, from 0 to 1. */
  readonly share: number;
}

/**
 * What most of the modules' files state: those with MODULE_LICENSE and the like, else all that the
 * modules are made of (a driver may carry more headers than code). What only others state has a small share:
 * a licence text and MODULE_LICENSE go before.
 */
export function mostStated(
  sources: readonly SourceFile[],
  statements: readonly ModuleStatement[],
  files: ReadonlyMap<string, Fact<string>>,
  built: ReadonlySet<string> | undefined,
): Stated | undefined {
  const modules = [...new Set(statements.map(({ file }) => file))];
  const code = sources.filter(({ kind }) => kind === 'c').map(({ path }) => path);
  const main = code.filter((path) => path.endsWith('.c'));
  const own = built === undefined ? main : main.filter((path) => built.has(path));
  for (const stated of [vote(modules, files, 'module'), vote(own, files, 'C')]) {
    if (stated !== undefined && stated.share >= 0.5) return stated;
  }
  const weak = vote(own, files, 'C') ?? vote(main, files, 'C') ?? vote(code, files, 'C');
  return weak && { ...weak, share: Math.min(weak.share, 0.49) };
}

function vote(
  paths: readonly string[],
  files: ReadonlyMap<string, Fact<string>>,
  what: string,
): Stated | undefined {
  const voters = new Map<string, string[]>();
  for (const path of paths) {
    const value = files.get(path)?.value;
    if (value !== undefined) voters.set(value, [...(voters.get(value) ?? []), path]);
  }
  const [value, agreed] = [...voters].sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  if (value === undefined || agreed === undefined) return undefined;
  // Where hands are split, the files that say nothing have not said "or later" either.
  const narrow = value.replace(/-or-later$/, '-only');
  const careful = agreed.length * 2 < paths.length && voters.has(narrow) ? narrow : value;
  if (careful !== value) return vote(paths, new Map([...files].map(narrowed)), what);
  const only = agreed.length === 1 ? files.get(agreed[0] ?? '')?.from : undefined;
  const from = only ?? `${agreed.length} of ${paths.length} ${what} files`;
  return { value, from, share: agreed.length / paths.length };
}

function narrowed([path, { value, from }]: readonly [string, Fact<string>]): [
  string,
  Fact<string>,
] {
  return [path, { value: value.replace(/-or-later$/, '-only'), from }];
}
