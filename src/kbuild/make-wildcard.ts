import { DkmsDebError } from '../errors.ts';
import { globExpression, isGlob } from '../system/files/glob.ts';
import { isKnown } from './markers.ts';
import { normalize, type SourceFiles } from './source-files.ts';

/** The path that stands for the directory of the source in the text of makefiles. */
export const ROOT = '/@';

/**
 * How many different patterns of one makefile are evaluated. The results of further patterns are unknown. The limit is
 * needed because each pattern is compared with all paths of the tree.
 */
const MOST_PATTERNS = 1000;

/**
 * Returns the function `$(wildcard …)` for a makefile in `directory`. This function returns undefined if it is unknown
 * which files a pattern matches, or if the pattern leads out of the tree.
 */
export function wildcards(
  files: SourceFiles,
  directory: string,
): (pattern: string) => string[] | undefined {
  const known = new Map<string, string[] | undefined>();
  return (pattern) => {
    if (!known.has(pattern) && known.size < MOST_PATTERNS) {
      known.set(pattern, wildcard(files, pattern, directory));
    }
    return known.get(pattern);
  };
}

/**
 * Returns the path of a file that a makefile in `directory` names. Returns undefined if the path leads out of the
 * source tree.
 */
export function inSource(name: string, directory: string): string | undefined {
  if (name.startsWith(`${ROOT}/`)) return stays(normalize(name.slice(ROOT.length + 1)));
  if (name.startsWith('/')) return undefined;
  return stays(normalize(directory === '' ? name : `${directory}/${name}`));
}

function stays(path: string): string | undefined {
  return path.startsWith('..') ? undefined : path;
}

function wildcard(files: SourceFiles, pattern: string, directory: string): string[] | undefined {
  if (!isKnown(pattern)) return undefined;
  const absolute = pattern.startsWith(`${ROOT}/`);
  const path = inSource(pattern, directory);
  if (path === undefined) return undefined;
  const name = (found: string) =>
    absolute ? `${ROOT}/${found}` : found.slice(directory === '' ? 0 : directory.length + 1);
  if (!isGlob(path)) return files.kindOf(path) === 'missing' ? [] : [name(path)];
  try {
    const expression = globExpression(path);
    return [...files.paths()].filter((found) => expression.test(found)).map(name);
  } catch (error) {
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  }
}
