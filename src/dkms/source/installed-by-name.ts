import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { readTreeText } from '../../system/files/read-tree-file.ts';

/**
 * The paths that debian/*.install names (dh_install(1)), of patterns the folder: whoever named one means
 * it. So a file that git has in spite of its name is source in an unpacked source package, too, where no git
 * tells.
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
        // Of a pattern the folder: whoever packs `tests/*` means tests/.
        const [literal = ''] = /^[^*?[{]*/.exec(path) ?? [];
        listed.add(literal === path ? path : literal.replace(/\/?[^/]*$/, ''));
      }
    }
  }
  return listed;
}
