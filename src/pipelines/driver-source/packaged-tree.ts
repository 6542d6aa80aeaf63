import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { ChangelogEntry } from '../../debian/changelog.ts';
import type { Deb822Paragraph } from '../../debian/deb822-paragraph.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { stageBeside } from '../../package/dkms/files-beside.ts';
import { layOutSource } from '../../package/dkms/packed-source.ts';
import { describePackaging } from '../../package/driver-description.ts';
import { commonFilesOf } from '../../package/modules/common-files.ts';
import { type Packaging, readDriverPackaging } from '../../package/packaging.ts';
import { readPackagingRules, versionsOf } from '../../package/rules/beyond-dkms-deb.ts';
import { sourceTimestamp } from '../../package/source-date-epoch.ts';
import { earlierResults, withoutResults } from '../../source/earlier-results.ts';
import { patchedTree } from '../../source/patched-tree.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { completed, readFacts } from './complete-description.ts';
import type { DriverSource, SourceOptions } from './driver-source.ts';
import { packageOfDpkg } from './package-of-dpkg.ts';

/**
 * What debian/ says about a driver: either the source that debian/ packs, or only the packaging, which describes the
 * driver if the tree itself must be read. `packaging` is undefined if debian/ does not package a driver.
 */
type Packaged = { readonly source: DriverSource } | { readonly packaging: Packaging | undefined };

/**
 * Reads a tree that has a debian/. The source is what the -dkms package installs below /usr/src. The lists
 * debian/*.install name these files. If dkms-deb cannot tell from debian/ what is installed (PackagingRules),
 * dpkg-buildpackage builds the package, and the source in it is read. In three cases debian/ only describes the driver,
 * and the tree itself is the source: debian/ installs no source to /usr/src; --set is given; or --conf names another
 * file than a debian/<package>.dkms.
 */
export async function readPackagedTree(
  directory: string,
  options: SourceOptions,
): Promise<Packaged> {
  const debian = join(directory, 'debian');
  const chosen = /(?:^|\/)debian\/([^/]+)\.dkms$/.exec(options.conf ?? '')?.[1];
  const unwritten = (source: Deb822Paragraph) => entryOfFacts(directory, options, source);
  const packaging = await readDriverPackaging(debian, unwritten, chosen);
  const isChosen = options.conf !== undefined && chosen === undefined;
  if (packaging === undefined || isChosen || options.set !== undefined) return { packaging };

  const results = await resultsIn(directory, options);
  const all = await listSourceTree(directory, { withPackaging: true });
  const entries = withoutResults(all, results);
  const { rules, beyondSource, callsDkms } = await readPackagingRules(directory, debian, entries);
  const hasConf = packaging.file('dkms') !== undefined;
  if (!hasConf && !(await speaksOfDkms(debian))) return { packaging };
  if (beyondSource !== undefined) {
    return packageOfDpkg({ directory, packaging, reason: beyondSource, without: results }, options);
  }
  if (!hasConf && !(await listsConf(packaging))) return { packaging };
  const variables = new Map([...versionsOf(await textOf(debian, 'changelog')), ...rules.exported]);
  const { reporter } = options;
  const packageTree = {
    directory,
    debian,
    packageNames: [packaging.packageName],
    without: results,
  };
  const patched = await patchedTree(packageTree, join(options.scratch, 'patched'), reporter);
  const tree =
    patched === directory
      ? { directory, entries }
      : { directory: patched, entries: await listSourceTree(patched, { withPackaging: true }) };
  const kernel = referenceKernel();
  const target = join(options.scratch, 'packed');
  const packed = await layOutSource(packaging, { ...tree, variables, kernel, callsDkms }, target);
  if (packed === undefined) {
    reporter.warn(
      `debian/${packaging.packageName}.install installs no source to the directory of dkms.conf; reading the tree instead`,
      'Install the source to usr/src/NAME-VERSION/, as the list that dkms-deb init writes does.',
    );
    return { packaging };
  }
  const conf = relative(tree.directory, packed.origin);
  reporter.note(`Reading the driver as debian/ packs it, with the dkms.conf ${conf}.`);
  const timestamp = sourceTimestamp(packaging.latest.timestamp);
  const found = await describePackaging(packaging);
  const unknown: string[] = [];
  const beside = await stageBeside(packaging, { ...tree, variables }, ({ where, message }) =>
    unknown.push(`${basename(where?.file ?? 'debian')}: ${message}`),
  );
  const source: DriverSource = {
    directory: packed.directory,
    entries: packed.entries,
    confFile: packed.confFile,
    conf,
    ...(await completed(found, directory, timestamp, options)),
    tree: directory,
    isPackage: false,
    common: commonFilesOf(beside, timestamp, unknown),
    timestamp,
  };
  return { source };
}

/**
 * Returns the paths in the tree that are not source, relative to the tree: results of earlier builds in the output
 * directory, and `without`.
 */
export async function resultsIn(
  directory: string,
  { output, without = [] }: Pick<SourceOptions, 'output' | 'without'>,
): Promise<string[]> {
  const earlier = output === undefined ? [] : await earlierResults(directory, output);
  const named = without.map((path) => relative(directory, path));
  return [...earlier, ...named.filter((path) => path !== '' && !/^\.\.(?:\/|$)/.test(path))];
}

/**
 * Returns a changelog entry with the tree's version, for a debian/ whose changelog is only written when the package
 * is built.
 */
async function entryOfFacts(
  directory: string,
  options: SourceOptions,
  source: Deb822Paragraph,
): Promise<ChangelogEntry> {
  const driver = await readFacts(directory, options);
  const { mtimeMs } = await stat(join(directory, 'debian/control'));
  return {
    source: source.get('Source') ?? driver.sourceName,
    version: driver.version,
    distributions: ['unstable'],
    urgency: 'medium',
    binaryOnly: false,
    changes: [],
    maintainer: driver.maintainer?.value ?? { name: '', email: '' },
    date: '',
    timestamp: Math.floor(mtimeMs / 1000),
    line: 1,
  };
}

/** Whether the .install list of the package names usr/src, outside of comments. */
async function listsConf(packaging: Packaging): Promise<boolean> {
  const list = packaging.file('install');
  return list !== undefined && /^[^#]*usr\/src/m.test(await readTreeText(list));
}

/**
 * Whether any file of debian/ mentions DKMS or /usr/src. If no file does, debian/ may only package tools of the tree.
 */
async function speaksOfDkms(debian: string): Promise<boolean> {
  for (const entry of await readdir(debian, { withFileTypes: true })) {
    const name = basename(entry.name);
    if (!entry.isFile() || /^(?:changelog|copyright|NEWS)$/.test(name)) continue;
    if (/dkms|usr\/src\//.test((await textOf(debian, name)) ?? '')) return true;
  }
  return false;
}

async function textOf(debian: string, name: string): Promise<string | undefined> {
  return readTreeText(join(debian, name)).catch(() => undefined);
}
