import { posix } from 'node:path';
import type { StagedEntry, StagedTree } from '../../archive/staged/staged-tree.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { run } from '../../system/process/run.ts';

/** Matches the names of documentation that is never compressed, except changelog.html (dh_compress(1)). */
const NEVER =
  /\.(html?|xhtml|gif|png|jpe?g|gz|taz|tgz|z|bz2|epub|jar|zip|odg|odp|odt|css|xz|lz|lzma|haddock|hs|woff2?|svgz?|js|map|devhelp2)$|[-_]g?z$|^(copyright|index\.sgml|objects\.inv|search_index\.json|\.htaccess)$/i;
const ALWAYS = /^(changelog|NEWS)/;
const LARGEST_PLAIN = 4096;
/**
 * The most bytes of a file that is compressed. A larger one is refused, because files are compressed in memory. Even a
 * data sheet with pictures has only some MiB.
 */
const LARGEST = 48 * 1024 * 1024;

/**
 * Compresses files of the staged package with `gzip -9n` (Policy 12.1, 12.3), as dh_compress does: manual and info
 * pages, changelogs and NEWS of any size, and other documentation of more than 4 KiB. Links to these files get the
 * suffix .gz, too. Throws InputError `file-too-large`.
 */
export async function compressDocumentation(tree: StagedTree): Promise<void> {
  const renamed = new Set<string>();
  for (const entry of tree.entries()) {
    if (entry.type !== 'file' || !isCompressed(entry)) continue;
    const { content } = entry;
    const bytes = 'bytes' in content ? content.bytes : await readTreeFile(content.source, LARGEST);
    tree.delete(entry.path);
    tree.addFile(`${entry.path}.gz`, { bytes: await gzip(bytes), mtime: entry.mtime });
    renamed.add(entry.path);
  }
  while (renameLinks(tree, renamed));
}

/**
 * Adds the suffix .gz to the links that lead to files in `renamed`. Then adds the old paths of these links to
 * `renamed`, because other links may lead to these links. Returns whether there were such links.
 */
function renameLinks(tree: StagedTree, renamed: Set<string>): boolean {
  const links = tree.entries().filter((entry) => {
    if (entry.type !== 'symlink') return false;
    return renamed.has(posix.resolve('/', posix.dirname(entry.path), entry.target).slice(1));
  });
  for (const entry of links) {
    if (entry.type !== 'symlink') continue;
    tree.delete(entry.path);
    // A link that has the suffix already, such as a link to a page that was just compressed, keeps its name.
    const path = entry.path.endsWith('.gz') ? entry.path : `${entry.path}.gz`;
    tree.addSymlink(path, `${entry.target}.gz`, { mtime: entry.mtime });
    if (path !== entry.path) renamed.add(entry.path);
  }
  return links.length > 0;
}

function isCompressed(entry: Extract<StagedEntry, { type: 'file' }>): boolean {
  const name = posix.basename(entry.path);
  if (/^usr\/share\/(man|info)\//.test(entry.path)) return !/\.(gz|gif|png|jpe?g)$/i.test(name);
  if (!entry.path.startsWith('usr/share/doc/')) return false;
  if (/^usr\/share\/doc\/[^/]+\/examples\//.test(entry.path)) return false;
  if (NEVER.test(name) && name !== 'changelog.html') return false;
  const { content } = entry;
  const size = 'bytes' in content ? content.bytes.length : content.size;
  return ALWAYS.test(name) || size > LARGEST_PLAIN;
}

/** Compresses like `gzip -9n`, without time stamp and name. */
export async function gzip(content: Buffer): Promise<Buffer> {
  const result = await run('gzip', ['-9', '-n', '-c'], { input: content });
  return result.bytes;
}
