import { basename, dirname, join, relative } from 'node:path';
import fsExtra from 'fs-extra';
import { DEFAULT_COMPRESSION } from '../../archive/compression/compression.ts';
import { debFileName } from '../../debian/deb-file-name.ts';
import { parseDeb822 } from '../../debian/deb822.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
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

/** What is refused here, and debhelper knows. */
const DEBHELPERS: ReadonlySet<string> = new Set([
  'several-packages',
  'architecture',
  'unsupported-file',
  'install-rename',
  'list-substitution',
  'manpage-section',
  'debhelper-step',
  // Without a .dkms dh_dkms does nothing, and a list may bring dkms.conf.
  'no-dkms-file',
]);

/** Whether dpkg-buildpackage makes the packages. */
export interface HandOver {
  /** Why it does; undefined while nothing is known that it alone can do. */
  readonly reason: Reason | undefined;
  /** Stages the package here; undefined where that is dpkg-buildpackage's to do, as `reason` then tells. */
  attempt<T>(stage: () => Promise<T>): Promise<T | undefined>;
}

/**
 * Decides who builds a package: debian/rules and its neighbours tell, and what staging refuses. Below
 * debian/rules it is always us: dpkg-buildpackage is at work already.
 */
export async function readHandOver(request: BuildRequest, debian: string): Promise<HandOver> {
  if (request.fromRules || request.type === 'source') {
    return { reason: undefined, attempt: (stage) => stage() };
  }
  const entries = await listSourceTree(request.directory, { withPackaging: true });
  const { rules, beyond } = await readPackagingRules(request.directory, debian, entries);
  let reason = beyond;
  return {
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

/** `debian/rules:9: override_dh_install …: dpkg-buildpackage builds the package`. */
export function describeReason({ where, why }: Reason, debian: string): string {
  const inner = relative(debian, where.file);
  const file = join('debian', inner.startsWith('..') ? basename(where.file) : inner);
  const line = where.line === undefined ? '' : `:${where.line}`;
  return `${file}${line}: ${why}: dpkg-buildpackage builds the package`;
}

/** A tree that dpkg-source unpacked has its patches applied, and says so in .pc. */
export async function copyPatchState(directory: string, tree: string): Promise<void> {
  const state = join(directory, '.pc');
  if (await fsExtra.pathExists(state)) {
    await fsExtra.copy(state, join(tree, '.pc'), { preserveTimestamps: true });
  }
}

export interface HandedOver {
  readonly request: BuildRequest;
  readonly packaging: PackagingDirectory;
  /** SOURCE_DATE_EPOCH. */
  readonly timestamp: number;
  readonly handOver: HandOver;
  readonly reporter: Reporter;
}

/** Lets dpkg-buildpackage build the tree; returns the names of the packages, moved to `staging`. */
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

/** It lists what dpkg-buildpackage made; ours is of the upload as a whole. */
async function forgetBuildinfo(tree: string): Promise<void> {
  const file = join(tree, 'debian/files');
  const text = await readTreeText(file);
  await fsExtra.writeFile(file, text.replace(/^\S+\.buildinfo .*\n/gm, ''));
}

/** The packages that debian/control names for this machine, for --dry-run. */
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
