import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { QUILT, type SourcePackage } from '../../source/source-package.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';

/** Whether dpkg-source has patches to apply before a build. */
export async function hasPatches(debian: string, source: SourcePackage): Promise<boolean> {
  if (source.format !== QUILT) return false;
  const directory = join(debian, 'patches');
  const names = await readdir(directory).catch(() => []);
  const series = names.filter((name) => name.endsWith('series'));
  const texts = await Promise.all(series.map((name) => readTreeText(join(directory, name))));
  return texts.some((text) => /^[ \t]*[^#\s]/m.test(text));
}
