import { basename, dirname, join, relative } from 'node:path';
import fsExtra from 'fs-extra';
import { DEFAULT_COMPRESSION } from '../../archive/compression/compression.ts';
import { debFileName } from '../../debian/deb-file-name.ts';
import { parseDeb822 } from '../../debian/deb822.ts';
import { readSourceTree, type SourceTree } from '../../dkms/source/source-tree.ts';
import { InputError } from '../../errors.ts';
import { readPackagingRules } from '../../package/rules/beyond-dkms-deb.ts';
import type { Reason } from '../../package/rules/known-rules.ts';
import type { Reporter } from '../../report/reporter.ts';
import { buildWithDpkg } from '../../source/dpkg-buildpackage.ts';
import type { SourcePackage } from '../../source/source-package.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { run } from '../../system/process/run.ts';
import { checkForDkms } from './check-for-dkms.ts';
import type { PackagingDirectory } from './packaging-directory.ts';
import type { BuildRequest } from './upload-request.ts';

/** The codes of errors about things that debhelper supports, but dkms-deb does not. */
const DEBHELPERS: ReadonlySet<string> = new Set([
  'several-packages',
  'architecture',
  'unsupported-file',
  'install-rename',
  'list-substitution',
  'manpage-section',
  'debhelper-step',
  // If there is no .dkms file, dh_dkms does nothing, and debian/*.install may install dkms.conf.
  'no-dkms-file',
]);

/**
 * The decision whether dpkg-buildpackage must build the packages. It can still change while the package is staged.
 */
export interface HandOver {
  /** Says why dpkg-buildpackage must build the packages. Undefined as long as no such reason is known. */
  readonly reason: Reason | undefined;
  /**
   * The source of the tree, including debian/. The caller uses it, so that the tree is read only once. Undefined if
   * nothing had to be decided (--from-rules, or a source package alone).
   */
  readonly source: SourceTree | undefined;
  /**
   * Calls `stage`, and returns its result. If its error shows that dpkg-buildpackage must build the package, sets
   * `reason` and returns undefined. If `reason` was set before, returns undefined and does not call `stage`.
   */
  attempt<T>(stage: () => Promise<T>): Promise<T | undefined>;
}

/**
 * Decides which program builds the packages. This program is dpkg-buildpackage if debian/ contains something that
 * dkms-deb does not support, else dkms-deb. With --from-rules it is always dkms-deb, because dpkg-buildpackage has
 * called dkms-deb. For a source package alone nothing is decided, because no binary package is built.
 */
export async function readHandOver(request: BuildRequest, debian: string): Promise<HandOver> {
  if (request.fromRules || request.type === 'source') {
    return { reason: undefined, source: undefined, attempt: (stage) => stage() };
  }
  const source = await readSourceTree(request.directory, { withPackaging: true });
  const { rules, beyond } = await readPackagingRules(request.directory, debian, source.entries);
  let reason = beyond;
  return {
    source,
    get reason() {
      return reason;
    },
    async attempt(stage) {
      if (reason !== undefined) return undefined;
      try {
        return await stage();
      } catch (error) {
        const isDebhelpers = error instanceof InputError && DEBHELPERS.has(error.code);
        if (!isDebhelpers || rules.style !== 'dh') throw error;
        const where = error.where ?? { file: join(debian, 'control') };
        reason = { where, why: error.message };
        return undefined;
      }
    },
  };
}

/**
 * Returns the message with the reason, such as `debian/rules:9: override_dh_install …: dpkg-buildpackage builds the
 * package`.
 */
export function describeReason({ where, why }: Reason, debian: string): string {
  const inner = relative(debian, where.file);
  const file = join('debian', inner.startsWith('..') ? basename(where.file) : inner);
  const line = where.line === undefined ? '' : `:${where.line}`;
  return `${file}${line}: ${why}: dpkg-buildpackage builds the package`;
}

/** Copies the directory .pc to the private tree. dpkg-source -x records there that the patches are applied. */
export async function copyPatchState(directory: string, tree: string): Promise<void> {
  const state = join(directory, '.pc');
  if (await fsExtra.pathExists(state)) {
    await fsExtra.copy(state, join(tree, '.pc'), { preserveTimestamps: true });
  }
}

export interface HandedOver {
  readonly request: BuildRequest;
  readonly packaging: PackagingDirectory;
  /** The value of SOURCE_DATE_EPOCH, in seconds. */
  readonly timestamp: number;
  readonly handOver: HandOver;
  readonly reporter: Reporter;
}

/**
 * Lets dpkg-buildpackage build the packages, moves them to `staging`, and returns their names. Throws InputError
 * `wrong-for-dkms` for a package that DKMS cannot use.
 */
export async function buildHandedOver(
  { request, timestamp, reporter, packaging, handOver }: HandedOver,
  { tree, staging }: { readonly tree: string; readonly staging: string },
): Promise<string[]> {
  if (handOver.reason !== undefined) {
    reporter.note(`${describeReason(handOver.reason, packaging.debian)}.`);
  }
  reporter.progress('dpkg-buildpackage');
  const { compression } = request;
  const names = await buildWithDpkg({
    tree,
    type: 'binary',
    timestamp,
    compression: compression === DEFAULT_COMPRESSION ? undefined : compression,
    own: process.argv[1],
    reporter,
  });
  const made = names.map((name) => join(dirname(tree), name));
  await checkForDkms(made, request.directory, reporter);
  for (const name of names) await fsExtra.move(join(dirname(tree), name), join(staging, name));
  await forgetBuildinfo(tree);
  return names;
}

/**
 * Removes the .buildinfo of dpkg-buildpackage from debian/files, because dkms-deb writes a .buildinfo for the whole
 * upload.
 */
async function forgetBuildinfo(tree: string): Promise<void> {
  const file = join(tree, 'debian/files');
  const text = await readTreeText(file);
  await fsExtra.writeFile(file, text.replace(/^\S+\.buildinfo .*\n/gm, ''));
}

/** For --dry-run: returns the file names of the packages in debian/control, for this machine's architecture. */
export async function expectedDebs(
  { type }: BuildRequest,
  debian: string,
  { version }: SourcePackage,
): Promise<string[]> {
  if (type === 'source') return [];
  const file = join(debian, 'control');
  const [, ...binaries] = parseDeb822(await readTreeText(file), file).paragraphs;
  const host = (await run('dpkg', ['--print-architecture'])).stdout.trim();
  return binaries.flatMap((binary) => {
    const name = binary.get('Package');
    const architectures = (binary.get('Architecture') ?? '').split(/\s+/);
    const isAll = architectures.includes('all');
    const fits =
      isAll || architectures.some((word) => word === host || /^(?:any|linux-any)$/.test(word));
    return name !== undefined && fits ? [debFileName(name, version, isAll ? 'all' : host)] : [];
  });
}
