import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StagedTree } from '../archive/staged-tree.ts';
import { run } from '../system/run.ts';
import type { Packaging } from './packaging.ts';

/**
 * Stages changelog and copyright (Policy 12.5, 12.7): changelog.Debian.gz, or changelog.gz for a
 * native package, which has no other; gzip -9n, so that no time stamp is in it.
 */
export async function stageDocumentation(tree: StagedTree, packaging: Packaging): Promise<void> {
  const directory = `usr/share/doc/${packaging.packageName}`;
  const name = packaging.native ? 'changelog.gz' : 'changelog.Debian.gz';
  tree.addFile(`${directory}/${name}`, {
    bytes: await gzip(await readFile(packaging.changelogFile)),
    mtime: await mtimeOf(packaging.changelogFile),
  });
  const copyright = join(packaging.directory, 'copyright');
  tree.addFile(`${directory}/copyright`, { source: copyright, mtime: await mtimeOf(copyright) });
}

/** Compresses as `gzip -9n`. */
export async function gzip(content: Buffer): Promise<Buffer> {
  const result = await run('gzip', ['-9', '-n', '-c'], { input: content });
  return result.bytes;
}

async function mtimeOf(file: string): Promise<number> {
  return Math.floor((await stat(file)).mtimeMs / 1000);
}
