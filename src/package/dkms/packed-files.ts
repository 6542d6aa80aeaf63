import { readFileSync } from 'node:fs';
import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import { MOST_TEXT_BYTES } from '../../kbuild/directory-files.ts';
import { normalize, SourceFiles, type SourceObject } from '../../kbuild/source-files.ts';

/** Returns the files of a staged package that are below `base`. */
export function stagedFiles(tree: StagedTree, base: string): SourceFiles {
  const objects = new Map<string, SourceObject>();
  for (const entry of tree.entries()) {
    if (!entry.path.startsWith(`${base}/`)) continue;
    const path = entry.path.slice(base.length + 1);
    if (entry.type === 'directory') objects.set(path, { type: 'directory' });
    else if (entry.type === 'symlink') objects.set(path, { type: 'symlink', target: entry.target });
    else {
      const file = entry.type === 'hardlink' ? tree.get(entry.target) : entry;
      if (file?.type !== 'file') continue;
      const { content } = file;
      const text = () => {
        if ('bytes' in content) return content.bytes.toString('latin1');
        return content.size > MOST_TEXT_BYTES ? undefined : readFileSync(content.source, 'latin1');
      };
      objects.set(path, { type: 'file', text });
    }
  }
  return new SourceFiles(
    objects,
    besideIn(base, (path) => tree.has(path)),
  );
}

/**
 * Returns a function for the targets of links that lead out of `base`. The function returns true if the package has the
 * target. It also returns true for an absolute path outside of `base`, because another package may have it.
 */
export function besideIn(base: string, has: (path: string) => boolean): (path: string) => boolean {
  return (path) => {
    const absolute = path.startsWith('/');
    const inPackage = normalize(absolute ? path : `${base}/${path}`);
    return has(inPackage) || (absolute && !path.startsWith(`/${base}/`));
  };
}
