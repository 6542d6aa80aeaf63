import { join } from 'node:path';
import { ANY_MAKEFILE } from '../../dkms/source/makefile-name.ts';
import type { TreeContext } from './tree-rule.ts';

/** A makefile in the directory that DKMS gets as the source. */
export interface Makefile {
  /** The absolute path of the makefile. */
  readonly file: string;
  /** The path of the makefile, relative to the source. */
  readonly path: string;
  readonly text: string;
  /** The lines of the text without comments. */
  readonly lines: readonly string[];
  readonly files: ReadonlyMap<string, boolean>;
  readonly complete: boolean;
}

/** Yields the makefiles of all dkms.conf files, each once. */
export function* makefilesOf({ confs }: TreeContext): Iterable<Makefile> {
  const seen = new Set<string>();
  for (const { context } of confs) {
    const { tree } = context;
    if (tree === undefined) continue;
    for (const { path, text } of tree.makefiles) {
      const file = join(tree.root, path);
      if (seen.has(file) || !ANY_MAKEFILE.test(path)) continue;
      seen.add(file);
      yield { file, path, text, lines: text.split('\n').map(withoutComment), ...tree };
    }
  }
}

function withoutComment(line: string): string {
  // Not /#.*$/, which does not match before a carriage return, and then takes quadratic time.
  const match = /(?:^|\s)#/.exec(line);
  return match === null ? line : line.slice(0, match.index + match[0].length - 1);
}

/**
 * Yields each line of the makefiles that matches the expression: the makefile, the number of the line, and the first
 * group of the match, or the whole match if it has no group.
 */
export function* matching(
  context: TreeContext,
  expression: RegExp,
): Iterable<[Makefile, number, string]> {
  for (const makefile of makefilesOf(context)) {
    for (const [index, line] of makefile.lines.entries()) {
      const found = expression.exec(line);
      if (found !== null) yield [makefile, index + 1, found[1] ?? found[0]];
    }
  }
}
