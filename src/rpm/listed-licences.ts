import { basename } from 'node:path';

/**
 * Chooses the licence files for %license. rpm copies them all into one directory, so only one file of each name is
 * chosen: the one in the innermost folder around the driver's source, else the first. Returns the paths, and a note for
 * each other file.
 */
export function listedLicences(
  paths: readonly string[],
  sourceRoot: string,
): { readonly files: readonly string[]; readonly notes: readonly string[] } {
  const chosen = new Map<string, string>();
  for (const path of paths) {
    const before = chosen.get(basename(path));
    if (before === undefined || nearness(path, sourceRoot) > nearness(before, sourceRoot)) {
      chosen.set(basename(path), path);
    }
  }
  const files = [...chosen.values()];
  const notes = paths
    .filter((path) => !files.includes(path))
    .map((path) => `${path} is not in %files: ${chosen.get(basename(path))} has the same name`);
  return { files, notes };
}

/** Returns the length of the file's folder if the source is in this folder, otherwise -1. */
function nearness(path: string, sourceRoot: string): number {
  const folder = path.slice(0, -basename(path).length);
  return `${sourceRoot}/`.startsWith(folder) ? folder.length : -1;
}
