import { posix } from 'node:path';
import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import { InputError } from '../../errors.ts';
import type { Staging } from './context.ts';
import { packagePath, readList } from './path-lists.ts';

/**
 * Adds the directories that debian/<package>.dirs lists to the package (dh_installdirs(1)). Throws the errors of
 * readList and packagePath.
 */
export async function stageDirectories(staging: Staging): Promise<void> {
  const list = staging.packaging.file('dirs');
  if (list === undefined) return;
  for (const { words, where } of await readList(list, staging.variables)) {
    for (const word of words) staging.tree.addDirectory(packagePath(word, where));
  }
}

/**
 * Adds the links that debian/<package>.links lists to the package; a line has the target, then the name. All links of
 * the package get the form of Policy 10.5: relative within a top-level directory, absolute otherwise (dh_link(1)).
 * `accept` decides which lines are used. Throws InputError `links-pair` for a line that does not have two words, and
 * the errors of readList and packagePath.
 */
export async function stageLinks(
  staging: Staging,
  accept?: (line: string) => boolean,
): Promise<void> {
  const { tree, packaging } = staging;
  for (const entry of tree.entries()) {
    if (entry.type !== 'symlink') continue;
    const target = posix.resolve('/', posix.dirname(entry.path), entry.target).slice(1);
    replaceLink(tree, entry.path, linkText(entry.path, target), entry.mtime);
  }
  const list = packaging.file('links');
  if (list === undefined) return;
  for (const { words, where } of await readList(list, staging.variables, accept)) {
    const [target, path, ...more] = words;
    if (target === undefined || path === undefined || more.length > 0) {
      throw new InputError(
        'links-pair',
        'the line does not have exactly two words: the target and the name of the link',
        {
          where,
          hint: 'Write for example: usr/share/hello/example usr/bin/hello-example',
        },
      );
    }
    const link = packagePath(path, where);
    replaceLink(tree, link, linkText(link, packagePath(target, where)));
  }
}

function replaceLink(tree: StagedTree, path: string, target: string, mtime?: number): void {
  tree.delete(path);
  tree.addSymlink(path, target, mtime === undefined ? {} : { mtime });
}

/** Returns the text of a link at `path` to `target`; both are relative to the package's root. */
function linkText(path: string, target: string): string {
  if (path.split('/')[0] !== target.split('/')[0]) return `/${target}`;
  return posix.relative(posix.dirname(path), target) || '.';
}
