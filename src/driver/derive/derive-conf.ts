import { join } from 'node:path';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import { installedReleases, readHeaders } from '../../kernel/headers.ts';
import type { Reporter } from '../../report/reporter.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { someNames } from '../../system/text/some-names.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { askableTree, makeStubHeaders } from './ask-own-make.ts';
import { Budget } from './budget.ts';
import { copyTree } from './copy-tree.ts';
import { cutMakefiles, digestOf, readMakefiles } from './find-makefiles.ts';
import { findWays } from './find-ways.ts';
import type { NamedModule } from './kbuild-question.ts';
import { nothingBuilds } from './nothing-builds.ts';
import type { TrialKernel } from './trial-build.ts';

/** How a tree without dkms.conf is built. */
export interface DerivedBuild {
  /**
   * The directory that DKMS gets as the source, relative to the tree: '' for the whole tree, or for example `src`.
   */
  readonly sourceRoot: string;
  readonly modules: readonly NamedModule[];
  /** The value for MAKE in dkms.conf. Undefined if the default command of DKMS builds the tree. */
  readonly make: string | undefined;
  /** How it was found out that the tree is built in this way, in words for the user. */
  readonly from: string;
  /**
   * Checksums of the makefiles that were read. A later run compares them to find out whether a makefile has changed.
   */
  readonly asked: readonly string[];
  /** Warnings about what does not build, was left out or could not be checked. */
  readonly warnings?: readonly string[];
}

export interface DeriveOptions {
  /** The kernel that is assumed if no headers are installed. */
  readonly stub: EvaluationContext['kernel'];
  /** The result of an earlier run. It is used again if the makefiles have not changed. */
  readonly remembered: DerivedBuild | undefined;
  readonly reporter: Reporter;
  /**
   * Whether a trial build may be made. Without one, it is not checked whether the modules that make lists can be built.
   */
  readonly compile: boolean;
  /**
   * Gets the kernels for trial builds, the newest first. make lists the modules for the newest kernel. If unset, the
   * newest and the oldest kernel with installed headers are used.
   */
  readonly kernels?: (() => Promise<readonly TrialKernel[]>) | undefined;
}

/**
 * The time limit in seconds for all calls of make and trial builds together. After this time, the best way that is
 * known is taken, with a warning.
 */
const SECONDS = 120;

/**
 * Finds out how a tree without dkms.conf is built. First kbuild and the makefiles of the driver list the modules
 * without compiling. Then a copy is built with the default command of DKMS. If that fails, make is called in a folder
 * of the driver with variables for the kernel. Throws ConfError `no-conf` (exit status 4) if no way is found, and the
 * errors of copyTree and readHeaders.
 */
export async function deriveBuild(
  directory: string,
  sources: readonly SourceFile[],
  options: DeriveOptions,
): Promise<DerivedBuild> {
  const { remembered, reporter } = options;
  const makefiles = await readMakefiles(directory, sources);
  const asked = [`makefiles ${digestOf(makefiles)}`];
  if (remembered !== undefined && remembered.asked.join() === asked.join()) return remembered;
  const budget = new Budget(SECONDS);
  return withTemporaryDirectory('derive', async (scratch) => {
    const copy = join(scratch, 'tree');
    await copyTree(directory, copy);
    const given = await options.kernels?.();
    const asking = given?.[0] ?? (await kernelToAsk(options.stub, scratch));
    const tree = await askableTree(copy, scratch, asking);
    const kernels = options.compile ? (given ?? (await kernelsToTry())) : [];
    const { settled, refusals } = await findWays({
      makefiles,
      tree,
      trials: { directory, kernels, budget, reporter },
    });
    if (settled === undefined) throw nothingBuilds(directory, refusals, sources);
    const { way, modules } = settled;
    const cut = cutMakefiles(sources);
    const warnings = [
      ...settled.warnings,
      ...(cut.length > 0
        ? [`only the beginning of these makefiles was read: ${someNames(cut)}`]
        : []),
    ];
    return {
      sourceRoot: way.sourceRoot,
      modules,
      make: way.make,
      from: way.from,
      asked,
      ...(warnings.length > 0 ? { warnings } : {}),
    };
  });
}

/**
 * Returns the kernel for which make lists the modules: the newest kernel with headers, because its configuration is
 * real. If no kernel has headers, returns `stub` with a directory that only looks like headers.
 */
async function kernelToAsk(
  stub: EvaluationContext['kernel'],
  scratch: string,
): Promise<EvaluationContext['kernel']> {
  const newest = (await installedReleases()).at(-1);
  if (newest !== undefined) return readHeaders(newest);
  const directory = join(scratch, 'headers');
  await makeStubHeaders(directory);
  return { ...stub, directory };
}

/**
 * Returns the kernels for which a trial build is made: the newest kernel with headers, and the oldest one, because an
 * old driver may build only for the oldest.
 */
async function kernelsToTry(): Promise<EvaluationContext['kernel'][]> {
  const releases = await installedReleases();
  const ends = new Set([releases.at(-1), releases[0]].filter((release) => release !== undefined));
  return Promise.all([...ends].map((release) => readHeaders(release)));
}

/** Returns the text of the derived dkms.conf. */
export function derivedConfText(name: string, version: string, derived: DerivedBuild): string {
  return renderTemplate('debian/dkms-conf', {
    from: derived.from,
    name,
    version,
    make: derived.make ?? '',
    modules: derived.modules.map((module, index) => ({
      index,
      name: module.name,
      location: module.folder === '' ? '' : `${module.folder}/`,
    })),
  });
}
