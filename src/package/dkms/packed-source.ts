import { chmodSync, lutimesSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StagedEntry } from '../../archive/staged/staged-entry.ts';
import { StagedTree } from '../../archive/staged/staged-tree.ts';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { readConfText } from '../../dkms/conf/read-conf-text.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { copyRegular } from '../../system/files/copy-regular.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import type { Staging } from '../debhelper/context.ts';
import { stageInstall } from '../debhelper/dh-install.ts';
import { stageLinks } from '../debhelper/dh-link.ts';
import { readPackagedConf } from '../dkms-conf-file.ts';
import type { Packaging } from '../packaging.ts';
import { isCleanedAway } from '../rules/dh-clean.ts';
import { refuseMissedSource } from './install-coverage.ts';

/** The source of the modules, as a package installs it below /usr/src. */
export interface PackedSource {
  /** The directory on disk with the contents of /usr/src/<name>-<version>. */
  readonly directory: string;
  readonly entries: readonly SourceEntry[];
  /** The dkms.conf in the form in which it is packed. */
  readonly confFile: string;
  /** The file of the tree from which the packed dkms.conf is made. */
  readonly origin: string;
}

/** A source tree, and what matters for packing it in addition to debian/. */
interface TreeToPack {
  readonly directory: string;
  readonly entries: readonly SourceEntry[];
  readonly variables: ReadonlyMap<string, string>;
  readonly kernel: EvaluationContext['kernel'];
  /**
   * Whether the build reads debian/<package>.dkms: dkms-deb builds, or dh has the dkms addon. The default is true. If
   * false, the file is read only if no list installs a dkms.conf.
   */
  readonly callsDkms?: boolean;
}

/**
 * Returns a staged tree with only the files that lines with `usr/src` in debian/<package>.install and .links install.
 * With `refuse`, throws InputError `not-packed` if a list that init wrote lacks source files. Throws the errors of
 * stageInstall and stageLinks.
 */
export async function stageSource(
  packaging: Packaging,
  tree: TreeToPack,
  { refuse }: { readonly refuse: boolean },
): Promise<StagedTree> {
  const staged = new StagedTree(packaging.latest.timestamp);
  const staging: Staging = {
    tree: staged,
    packaging,
    sourceDirectory: tree.directory,
    entries: tree.entries.filter(({ path, type }) => !isCleanedAway(path, type)),
    variables: tree.variables,
    used: new Set(),
  };
  const ofSource = (line: string) => line.includes('usr/src');
  await stageInstall(staging, ofSource);
  if (refuse) await refuseMissedSource(staging);
  await stageLinks(staging, ofSource);
  return staged;
}

/**
 * Writes the source that the package would have below /usr/src into `target`: the files that debian/<package>.install,
 * .links and .dkms name. Errors in the rest of debian/ do not matter. Returns undefined if these files have no
 * dkms.conf, or only a dkms.conf. Throws the errors of readPackagedConf and stageSource.
 */
export async function layOutSource(
  packaging: Packaging,
  tree: TreeToPack,
  target: string,
): Promise<PackedSource | undefined> {
  const staged = await stageSource(packaging, tree, { refuse: true });
  const packaged = await confOf(packaging, staged, tree);
  if (packaged === undefined) return undefined;
  const { prefix, origin } = packaged;
  const inner = staged
    .entries()
    .filter(({ path }) => path.startsWith(prefix) && path !== `${prefix}dkms.conf`);
  if (!inner.some(({ type }) => type !== 'directory')) return undefined;
  const directory = join(target, prefix);
  await makeDirectory(directory);
  const made = new Set<string>();
  const entries: SourceEntry[] = [];
  for (const entry of inner) {
    entries.push(await layOut(entry, entry.path.slice(prefix.length), directory, made));
  }
  const confFile = join(directory, 'dkms.conf');
  await writeFile(confFile, packaged.text);
  const common = { mode: 0o644, mtime: packaged.mtime ?? packaging.latest.timestamp };
  const size = packaged.text.length;
  entries.push({ path: 'dkms.conf', type: 'file', size, ...common });
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { directory, entries, confFile, origin };
}

/**
 * Returns the dkms.conf of a package: from debian/<package>.dkms, else the dkms.conf that a list installs to /usr/src.
 * Without `callsDkms`, the dkms.conf of the list comes first. Returns undefined if there is none, or if the list
 * installs a link.
 */
async function confOf(
  packaging: Packaging,
  staged: StagedTree,
  { directory, kernel, callsDkms = true }: TreeToPack,
): Promise<
  { text: Buffer; mtime: number | undefined; prefix: string; origin: string } | undefined
> {
  const listed = staged.entries().find(({ path }) => /^usr\/src\/[^/]+\/dkms\.conf$/.test(path));
  if (packaging.file('dkms') !== undefined && (callsDkms || listed === undefined)) {
    const { text, mtime, conf } = await readPackagedConf(packaging, directory, kernel);
    return { text, mtime, prefix: `usr/src/${conf.name}-${conf.version}/`, origin: conf.file };
  }
  if (listed?.type !== 'file' || !('source' in listed.content)) return undefined;
  const { mtime, content } = listed;
  const text = Buffer.from(await readConfText(content.source), 'latin1');
  return { text, mtime, prefix: `${dirname(listed.path)}/`, origin: content.source };
}

/**
 * Writes an entry to `path` below `directory`. `made` are the directories that exist. Most calls are synchronous: for
 * thousands of files, they take a fifth of the time of asynchronous calls.
 */
async function layOut(
  entry: StagedEntry,
  path: string,
  directory: string,
  made: Set<string>,
): Promise<SourceEntry> {
  const { mtime } = entry;
  const file = join(directory, path);
  const parent = entry.type === 'directory' ? file : dirname(file);
  if (!made.has(parent)) mkdirSync(parent, { recursive: true });
  made.add(parent);
  if (entry.type === 'directory') return { path, type: 'directory', mode: 0o755, mtime, size: 0 };
  if (entry.type === 'symlink') {
    symlinkSync(entry.target, file);
    lutimesSync(file, mtime, mtime);
    return { path, type: 'symlink', mode: 0o777, mtime, size: 0, target: entry.target };
  }
  if (entry.type !== 'file') throw new Error(`${entry.type} in a staged source`);
  const { content, mode } = entry;
  if ('source' in content) await copyRegular(content.source, file, mode);
  else writeFileSync(file, content.bytes);
  chmodSync(file, mode);
  utimesSync(file, mtime, mtime);
  const size = 'bytes' in content ? content.bytes.length : content.size;
  return { path, type: 'file', mode, mtime, size };
}
