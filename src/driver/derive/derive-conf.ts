import { join } from 'node:path';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import type { SourceFile } from '../../facts/code/c-sources.ts';
import { installedReleases, readHeaders } from '../../kernel/headers.ts';
import type { Reporter } from '../../report/reporter.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { askableTree, makeStubHeaders } from './ask-own-make.ts';
import { Budget } from './budget.ts';
import { copyTree } from './copy-tree.ts';
import { digestOf, readMakefiles } from './find-makefiles.ts';
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
  /** The value for MAKE in dkms.conf. Undefined if DKMS's default command builds the tree. */
  readonly make: string | undefined;
  /** How this way to build was found, in words for the user. */
  readonly from: string;
  /** Checksums of the makefiles that were read. With them a later run notices that a makefile has changed. */
  readonly asked: readonly string[];
  /** Warnings about what could not be checked. */
  readonly warnings?: readonly string[];
}

export interface DeriveOptions {
  /** The kernel that is assumed if no headers are installed. */
  readonly stub: EvaluationContext['kernel'];
  /** The result of an earlier run. It is used again if the makefiles have not changed. */
  readonly remembered: DerivedBuild | undefined;
  readonly reporter: Reporter;
  /** Whether a trial build may be made. Without it, make's answers are not checked. */
  readonly compile: boolean;
  /** Gets the kernels to ask make for and to compile for, the newest first; unset for the installed ones. */
  readonly kernels?: (() => Promise<readonly TrialKernel[]>) | undefined;
}

/** The time limit in seconds for all steps together. */
const SECONDS = 120;

/**
 * Finds out how a tree without dkms.conf is built. First kbuild and the makefiles of the driver list the modules
 * without compiling. Then a copy is built: by DKMS's default command, else by calling make in a folder of the
 * driver with variables for the kernel. Throws ConfError `no-conf` (4) if no way is found.
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
    const { way, modules, warnings } = settled;
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
 * Returns the kernel for which make is asked: the newest with headers, because its configuration is real; else a
 * kernel without real headers.
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
 * Returns the kernels for which a trial build is made: the newest, and the oldest, because an old driver may build
 * only for that one.
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
