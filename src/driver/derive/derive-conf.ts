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

/** What stands for a dkms.conf that the tree does not have. */
export interface DerivedBuild {
  /** What DKMS is to have as the source: '' or such as `src`. */
  readonly sourceRoot: string;
  readonly modules: readonly NamedModule[];
  /** MAKE of dkms.conf; undefined: DKMS's own command does. */
  readonly make: string | undefined;
  /** How it was found, for a person. */
  readonly from: string;
  /** What it was found with, to see later whether the tree still says the same. */
  readonly asked: readonly string[];
  /** What nothing shows to be right. */
  readonly warnings?: readonly string[];
}

export interface DeriveOptions {
  /** For a tree without headers of any kernel. */
  readonly stub: EvaluationContext['kernel'];
  /** An earlier result, which stands while the makefiles are the same. */
  readonly remembered: DerivedBuild | undefined;
  readonly reporter: Reporter;
  /** False: nothing is compiled; what make answers stands. */
  readonly compile: boolean;
}

/** All asking and building together. */
const SECONDS = 120;

/**
 * Finds out how a tree without dkms.conf is built. kbuild and the driver's own make are asked which modules
 * there are, which compiles nothing; then a copy is built, first as DKMS does by itself, then by the driver's
 * own make with its variables for the kernel. ConfError `no-conf` (4).
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
    const tree = await askableTree(copy, scratch, await kernelToAsk(options.stub, scratch));
    const kernels = options.compile ? await kernelsToTry() : [];
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

/** The newest kernel with headers, since only its configuration is a real one; else one without any code. */
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

/** A driver that is too old for the newest kernel may still build for the oldest. */
async function kernelsToTry(): Promise<EvaluationContext['kernel'][]> {
  const releases = await installedReleases();
  const ends = new Set([releases.at(-1), releases[0]].filter((release) => release !== undefined));
  return Promise.all([...ends].map((release) => readHeaders(release)));
}

/** The text of dkms.conf for what was derived. */
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
