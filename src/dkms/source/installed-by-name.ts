import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { readTreeText } from '../../system/files/read-tree-file.ts';

/**
 * Returns the paths that debian/*.install lists (dh_install(1)). For a pattern it returns the folder of the pattern. A
 * listed file is source even if its name looks like the name of a build result. So a file that git tracks in spite of
 * its name is still source in an unpacked source package, which has no git.
 */
export async function installedByName(root: string): Promise<Set<string>> {
  const debian = join(root, 'debian');
  const names = await readdir(debian).catch((): string[] => []);
  const listed = new Set<string>();
  for (const name of names.filter((name) => /(?:^|\.)install$/.test(name))) {
    const text = await readTreeText(join(debian, name)).catch(() => '');
    for (const line of text.split('\n')) {
      const words = line.trim().split(/\s+/);
      const sources = words.length > 1 ? words.slice(0, -1) : words;
      for (const word of sources) {
        const path = posix.normalize(
          word.replaceAll(/\$\{(Space|Tab)\}/g, (_, name) => (name === 'Space' ? ' ' : '\t')),
        );
        if (path === '.') continue;
        // The pattern `tests/*` stands for the folder tests/.
        const [literal = ''] = /^[^*?[{]*/.exec(path) ?? [];
        listed.add(literal === path ? path : literal.replace(/\/?[^/]*$/, ''));
      }
    }
  }
  return listed;
}
