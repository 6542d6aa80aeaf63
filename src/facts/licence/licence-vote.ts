/** Finds the licence that most files of a driver state. */

import { appendTo } from '../../system/text/append-to.ts';
import type { SourceFile } from '../code/c-sources.ts';
import type { ModuleStatement } from '../code/module-statement.ts';
import type { Fact } from '../fact.ts';

export interface Stated extends Fact<string> {
  /**
   * The share of the voting files that state this licence, from 0 (none) to 1 (all). At most 0.49 if no licence has
   * half of the votes in the first two cases of mostStated.
   */
  readonly share: number;
}

/**
 * Counts the licences that files state, and returns the first of these that exists: the licence that at least half of
 * the files with a MODULE_ macro state; the licence that at least half of the built C files state, without headers,
 * because a driver may contain headers of other projects; the licence that most C files state. In the last case,
 * `share` is below 0.5, so that the caller prefers a licence text or MODULE_LICENSE. Returns undefined if no C file and
 * no header states a licence.
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
    if (value !== undefined) appendTo(voters, value, path);
  }
  const [value, agreed] = [...voters].sort((a, b) => b[1].length - a[1].length)[0] ?? [];
  if (value === undefined || agreed === undefined) return undefined;
  // If some files state "or later" and others "only", "only" is the safe reading, unless at least half state "or
  // later".
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
