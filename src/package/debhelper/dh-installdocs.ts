import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import type { Staging } from './context.ts';
import { debianFile } from './debian-file.ts';
import { stageWithContents } from './dh-install.ts';
import { trimChangelog } from './dh-installchangelogs.ts';
import { matchEntries, readList } from './path-lists.ts';

/**
 * Adds /usr/share/doc/<package> to the package (Policy 12): copyright, changelogs, NEWS, README.Debian, TODO, and the
 * files that the lists .docs and .examples name (dh_installdocs(1), dh_installchangelogs(1), dh_installexamples(1)).
 * compressDocumentation compresses these files later. Throws the errors of readList, matchEntries and debianFile.
 */
export async function stageDocumentation(staging: Staging): Promise<void> {
  const { packaging } = staging;
  const directory = `usr/share/doc/${packaging.packageName}`;
  await stageListed(staging, 'docs', directory);
  await stageListed(staging, 'examples', `${directory}/examples`);
  const todo = packaging.native ? 'TODO' : 'TODO.Debian';
  await stageAs(staging, packaging.file('README.Debian'), `${directory}/README.Debian`);
  await stageAs(staging, packaging.file('TODO'), `${directory}/${todo}`);
  await stageAs(staging, packaging.file('NEWS'), `${directory}/NEWS.Debian`);
  await stageAs(staging, packaging.file('copyright'), `${directory}/copyright`);
  await stageChangelogs(staging, directory);
}

/**
 * Adds the files that a list names to the package. Directories without files are left out, and in .docs also empty
 * files, as by dh_installdocs and dh_installexamples.
 */
async function stageListed(staging: Staging, kind: string, directory: string): Promise<void> {
  const list = staging.packaging.file(kind);
  if (list === undefined) return;
  const worthwhile = (entry: SourceEntry) =>
    entry.type === 'symlink' || (entry.type === 'file' && (kind === 'examples' || entry.size > 0));
  for (const { words, where } of await readList(list, staging.variables)) {
    for (const entry of words.flatMap((word) => matchEntries(staging.entries, word, where))) {
      stageWithContents(staging, entry, directory, worthwhile);
    }
  }
}

async function stageChangelogs(staging: Staging, directory: string): Promise<void> {
  const { packaging, tree } = staging;
  const text = await readTreeText(packaging.changelogFile);
  const name = packaging.native ? 'changelog' : 'changelog.Debian';
  tree.addFile(`${directory}/${name}`, {
    bytes: Buffer.from(trimChangelog(text, packaging.packageName)),
    mtime: await mtimeOf(packaging.changelogFile),
  });
  if (packaging.native) return;
  const upstream = findUpstreamChangelog(staging.entries);
  if (upstream === undefined) return;
  await stageAs(staging, join(staging.sourceDirectory, upstream.path), `${directory}/changelog`);
}

/**
 * Returns the changelog of upstream, a file that is not empty; undefined if there is none. The names are tried in the
 * order of dh_installchangelogs.
 */
function findUpstreamChangelog(entries: readonly SourceEntry[]): SourceEntry | undefined {
  for (const directory of ['.', 'doc', 'docs']) {
    const files = entries.filter(
      (entry) => entry.type === 'file' && entry.size > 0 && posix.dirname(entry.path) === directory,
    );
    for (const suffix of ['', '.txt', '.md', '.rst']) {
      for (const name of ['changelog', 'changes', 'history']) {
        const found = files.find(
          (entry) => posix.basename(entry.path).toLowerCase() === name + suffix,
        );
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

/** Adds one file as documentation to the package, with mode 0644. Does nothing if `file` is undefined. */
async function stageAs(staging: Staging, file: string | undefined, path: string): Promise<void> {
  if (file === undefined) return;
  const found = file.startsWith(`${staging.packaging.directory}/`)
    ? await debianFile(staging, file)
    : { source: file, mtime: await mtimeOf(file) };
  staging.tree.addFile(path, found);
}

async function mtimeOf(file: string): Promise<number> {
  return Math.floor((await stat(file)).mtimeMs / 1000);
}
