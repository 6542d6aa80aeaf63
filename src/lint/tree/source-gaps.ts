import { join, resolve } from 'node:path';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { DkmsDebError, InputError } from '../../errors.ts';
import { filesOfTree } from '../../kbuild/directory-files.ts';
import { type MissingFile, missingFiles } from '../../kbuild/missing-files.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { buildCommandOf } from '../../package/dkms/complete-source.ts';
import { hintOfTree } from '../../package/dkms/missing-file-hint.ts';
import { stagedFiles } from '../../package/dkms/packed-files.ts';
import { stageSource } from '../../package/dkms/packed-source.ts';
import { readPackagedConf } from '../../package/dkms-conf-file.ts';
import { readDriverPackaging } from '../../package/packaging.ts';
import { readPackagingRules, versionsOf } from '../../package/rules/beyond-dkms-deb.ts';
import { isFullDisk } from '../../system/process/no-room.ts';
import type { LintedConf } from '../text/rule.ts';
import type { DebianFacts } from './debian-facts.ts';
import type { Unchecked } from './unchecked.ts';

/** A file that a build needs and that the package or the tree does not have. */
export interface SourceGap {
  readonly missing: MissingFile;
  /**
   * The absolute path of the file that names the missing file. If no file names it, the path of
   * debian/<package>.install or dkms.conf.
   */
  readonly file: string;
  readonly line: number | undefined;
  readonly hint: string | undefined;
  /** Whether the file is missing in the package. If false, the file is missing in the tree. */
  readonly packed: boolean;
}

/**
 * Finds missing files by reading makefiles. If the tree has a debian/, checks the files that debian/ packs. Otherwise
 * checks the tree of each dkms.conf, unless the tree may be incomplete. If the files cannot be read, returns an empty
 * list, and adds the reason to `unchecked`.
 */
export async function sourceGaps(
  directory: string,
  confs: readonly LintedConf[],
  debian: DebianFacts | undefined,
  unchecked: Unchecked[],
): Promise<SourceGap[]> {
  try {
    if (debian?.control !== undefined) return await gapsOfPackage(directory, debian);
    const all = await Promise.all(confs.map(gapsOfTree));
    return all.flat();
  } catch (error) {
    if (!(error instanceof DkmsDebError) || isFullDisk(error)) throw error;
    const place = error.where?.file ?? confs[0]?.file ?? directory;
    const message = `lint did not check whether the source is complete: ${error.message}`;
    unchecked.push({ file: resolve(directory, place), message });
    return [];
  }
}

async function gapsOfTree({ file, context }: LintedConf): Promise<SourceGap[]> {
  const conf = context.evaluation?.conf;
  const { tree } = context;
  if (conf === undefined || tree?.complete !== true) return [];
  const missing = missingFiles(
    filesOfTree(tree.root, await listSourceTree(tree.root)),
    buildCommandOf(conf),
  );
  return missing.map((one) => {
    const named = placeOf(one);
    return {
      missing: one,
      file: named === undefined ? file : join(tree.root, named.file),
      line: named?.line ?? lineOf(one, context.text.text),
      hint: hintOfTree(one, tree.root),
      packed: false,
    };
  });
}

async function gapsOfPackage(directory: string, debian: DebianFacts): Promise<SourceGap[]> {
  // Without a changelog the version is unknown, and so the place where debian/ installs the source.
  if (!debian.files.has('changelog')) return [];
  const packaging = await readDriverPackaging(debian.directory, async () => {
    throw new InputError('bad-changelog', 'has no entry');
  });
  if (packaging?.file('dkms') === undefined) return [];
  const entries = await listSourceTree(directory, { withPackaging: true });
  const { rules, beyondSource } = await readPackagingRules(directory, debian.directory, entries);
  if (beyondSource !== undefined) return [];
  const variables = new Map([...versionsOf(debian.files.get('changelog')), ...rules.exported]);
  const kernel = referenceKernel();
  const tree = { directory, entries, variables, kernel };
  const staged = await stageSource(packaging, tree, { refuse: false });
  const packaged = await readPackagedConf(packaging, directory, kernel);
  const { conf } = packaged;
  const base = `usr/src/${conf.name}-${conf.version}`;
  const list = packaging.file('install') ?? conf.file;
  return missingFiles(stagedFiles(staged, base), buildCommandOf(conf)).map((missing) => {
    const named = placeOf(missing);
    const entry = named && staged.get(`${base}/${named.file}`);
    const origin =
      entry?.type === 'file' && 'source' in entry.content ? entry.content.source : undefined;
    const other = missing.directive === undefined ? list : conf.file;
    return {
      missing,
      file: origin ?? other,
      line: origin === undefined ? lineOf(missing, packaged.text.toString('latin1')) : named?.line,
      hint: hintOfTree(missing, directory),
      packed: true,
    };
  });
}

/** Returns the file and line that name the missing file. For a module, returns the makefile that should name it. */
function placeOf({ kind, path, place }: MissingFile) {
  return kind === 'module' ? { file: path, line: 1 } : place;
}

/**
 * Returns the number of the line of dkms.conf that runs the missing file, if this file is a script. Otherwise returns
 * undefined.
 */
function lineOf({ directive }: MissingFile, text: string): number | undefined {
  if (directive === undefined) return undefined;
  const at = text.split('\n').findIndex((line) => new RegExp(`^\\s*${directive}\\b`).test(line));
  return at === -1 ? undefined : at + 1;
}
