import { readdir, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readDeb } from '../../archive/deb-reader.ts';
import { parseChangelog } from '../../debian/changelog.ts';
import { parseDeb822 } from '../../debian/deb822.ts';
import { checkPackageName } from '../../debian/package-name.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { InputError } from '../../errors.ts';
import { describeBinary } from '../../package/driver-description.ts';
import { sourceTimestamp } from '../../package/source-date-epoch.ts';
import { treeTimestamp } from '../../source/tree-timestamp.ts';
import { placeInside } from '../../system/files/inside.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { commonOfPackage } from './common-files-of-driver.ts';
import { completed } from './complete-description.ts';
import type { DriverSource, SourceOptions } from './driver-source.ts';

/**
 * The most bytes to which a package may be unpacked. A larger package is an error. nvidia's source has 100 MB, most of
 * it object files.
 */
const MOST_BYTES = 2 * 1024 ** 3;
/**
 * The most bytes of a changelog that are decompressed. A larger changelog is not used: a small gzip file may become a
 * huge one.
 */
const MOST_CHANGELOG_BYTES = 64 * 1024 ** 2;

/**
 * Unpacks a -dkms package below `scratch`, and describes the driver by the package's control file, changelog and
 * copyright. Throws InputError `no-dkms-package` if the package does not have exactly one source tree, or if a link
 * leads out of the package: a link in the source, or in the path of another file that the modules need.
 */
export async function readDkmsPackage(
  path: string,
  { scratch, maintainer }: Pick<SourceOptions, 'scratch' | 'maintainer'>,
): Promise<DriverSource> {
  const deb = await readDeb(path);
  const root = join(scratch, 'package');
  await deb.extractTo(root, { mostBytes: MOST_BYTES });
  const [stanza] = parseDeb822(deb.control.get('control')?.toString() ?? '', path).paragraphs;
  const name = stanza?.get('Package');
  const refuse = (message: string) =>
    new InputError('no-dkms-package', message, {
      where: { file: path },
      hint: 'Name a package that has the source of its modules in /usr/src/NAME-VERSION.',
    });
  const inside = async (place: string) => {
    const found = await placeInside(root, place);
    if (found === 'outside') throw refuse(`the link /${place} leads out of the package`);
    return found?.file ?? join(root, place);
  };
  const trees = await readdir(await inside('usr/src')).catch(() => []);
  const [tree] = trees;
  if (stanza === undefined || name === undefined || tree === undefined || trees.length > 1) {
    throw refuse('the package does not have exactly one source tree below /usr/src');
  }
  checkPackageName(name, 'Package', { file: path });
  const directory = await inside(`usr/src/${tree}`);
  const confFile = await inside(`usr/src/${tree}/dkms.conf`);
  const real = relative(await realpath(root), await realpath(directory));
  // A link that leads out of the package is refused. Otherwise make could read any file of this machine, and dkms.conf
  // could run such a file.
  const packed = await deb.entries();
  for (const { path: link, type } of packed) {
    const below = link.startsWith('usr/src/') || link.startsWith(`${real}/`);
    if (type === 'symlink' && below) await inside(link);
  }
  const entries = await listSourceTree(directory);
  const changelog = await readChangelog(root, name);
  const latest = parseChangelog(changelog, 'changelog', { maxEntries: 1, onProblem: () => {} })[0];
  const copyright = (await readDocument(root, name, 'copyright'))?.toString('utf8');
  const found = describeBinary(stanza, { copyright, changelog, latest });
  checkPackageName(found.source, 'Source', { file: path });
  const timestamp = sourceTimestamp(latest?.timestamp ?? (await treeTimestamp(directory, entries)));
  return {
    directory,
    entries,
    confFile,
    conf: `usr/src/${tree}/dkms.conf`,
    ...(await completed(found, directory, timestamp, { maintainer })),
    tree: directory,
    isPackage: true,
    common: await commonOfPackage(packed, inside, timestamp),
    timestamp,
  };
}

async function readChangelog(root: string, name: string): Promise<string> {
  for (const file of ['changelog.Debian.gz', 'changelog.gz']) {
    const bytes = await readDocument(root, name, file);
    if (bytes !== undefined) return unpacked(bytes);
  }
  return '';
}

/** Returns the text of a gzip file; '' if it is not gzip, or if the text is too long. */
function unpacked(bytes: Buffer): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_CHANGELOG_BYTES }).toString('utf8');
  } catch {
    return '';
  }
}

/**
 * Returns the contents of a file in /usr/share/doc/NAME. Returns undefined if the package does not contain this file:
 * the directory may be a link to the directory of another package.
 */
async function readDocument(root: string, name: string, file: string): Promise<Buffer | undefined> {
  const found = await placeInside(root, `usr/share/doc/${name}/${file}`);
  if (found === undefined || found === 'outside') return undefined;
  return readTreeFile(found.file, MOST_CHANGELOG_BYTES).catch(() => undefined);
}
