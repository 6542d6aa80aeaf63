import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { sourcePrefix } from '../../driver/conf/find-conf.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { readTreeFile, readTreeFileStart } from '../../system/files/read-tree-file.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { type GeneratedFile, generated } from './generated-file.ts';

/** lintian does not check files with more bytes than this as text. */
const MAXIMUM_TEXT = 2 * 1024 * 1024;
const READERS = 16;
/**
 * The number of bytes at the beginning of a file that show whether it is a script (`#!`), an ELF file, or an archive of
 * objects.
 */
const MAGIC = 8;

/**
 * Returns debian/<package>.lintian-overrides. It overrides tags of four kinds, if lintian gives them for files that the
 * driver's authors wrote, each with a reason. Returns [] if lintian gives no such tag. `written` are the other files
 * that init writes: they may also cause a tag, or prevent it.
 */
export async function lintianOverrides(
  driver: Driver,
  written: readonly GeneratedFile[],
): Promise<GeneratedFile[]> {
  const root = join(driver.directory, driver.location.sourceRoot);
  const ascii = plainFiles(driver);
  const files = driver.entries.filter(
    ({ type, path, mode }) => type === 'file' && ((mode & 0o111) !== 0 || !ascii.has(path)),
  );
  let executable = false;
  let encoding = false;
  let binary = false;
  await mapConcurrently(files, READERS, async (entry) => {
    const isText = entry.size <= MAXIMUM_TEXT;
    const file = join(root, entry.path);
    const bytes = isText
      ? await readTreeFile(file, Number.MAX_SAFE_INTEGER)
      : await readTreeFileStart(file, MAGIC);
    executable ||= isOddlyExecutable(entry, bytes);
    binary ||= isObject(bytes);
    encoding ||= isText && !isUtf8(bytes) && !bytes.includes(0);
  });
  const udev =
    written.some(({ path }) => path === `${driver.packageName}.udev`) &&
    !written.some(({ path }) => path.endsWith('.metainfo.xml'));
  if (!executable && !encoding && !binary && !udev) return [];
  const text = renderTemplate('debian/lintian-overrides', {
    package: driver.packageName,
    executable,
    encoding,
    binary,
    udev,
  });
  return [generated(`${driver.packageName}.lintian-overrides`, text)];
}

/** Returns the paths of the files that were already read as a whole and are ASCII. They need not be read again. */
function plainFiles({ sources, location }: Driver): Set<string> {
  const prefix = sourcePrefix(location);
  const plain = new Set<string>();
  for (const { path, ascii, text } of sources.files) {
    // The text of a binary file is ''. The condition leaves out such files.
    if (ascii && text !== '' && path.startsWith(prefix)) plain.add(path.slice(prefix.length));
  }
  return plain;
}

function isOddlyExecutable({ mode }: SourceEntry, bytes: Buffer): boolean {
  const magic = bytes.subarray(0, MAGIC).toString('latin1');
  return (mode & 0o111) !== 0 && !magic.startsWith('#!') && !magic.startsWith('\x7fELF');
}

/** Whether a file is an object or an archive of objects, for which the authors publish no source. */
function isObject(bytes: Buffer): boolean {
  const magic = bytes.subarray(0, MAGIC).toString('latin1');
  return magic.startsWith('\x7fELF') || magic === '!<arch>\n';
}
