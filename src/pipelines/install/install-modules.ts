import { basename } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { someNames } from '../../system/text/some-names.ts';
import type { Target } from '../bmdeb/build-kernel.ts';
import type { KernelOutcome, MetaOutcome } from '../bmdeb/kernel-outcome.ts';
import { chosenKernels, type InstallChoice } from './install-choice.ts';
import { type AptResult, installDebs, wouldRun } from './install-debs.ts';
import { tryModules } from './try-modules.ts';

/** What bmdeb has written. */
export interface BuiltModules {
  readonly outcomes: readonly KernelOutcome[];
  readonly metas: readonly MetaOutcome[];
  /** The packages with the files for all kernels. */
  readonly common: readonly string[];
}

/** What was installed or tried. With --try, `loads` has the names of the modules that modprobe found, by kernel. */
export interface ModulesResult extends AptResult {
  readonly loads?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Throws UsageError if no modules are built for the kernels that the user chose for the installation. Called before
 * anything is built.
 */
export function refuseOtherKernels(targets: readonly Target[], choice: InstallChoice): void {
  const releases = targets.map(({ kernel }) => kernel.release);
  const { matches, described } = chosenKernels(choice);
  if (releases.some(matches)) return;
  const [first = 'RELEASE'] = releases;
  throw new UsageError(`no modules are built for kernel ${described}, so none can be installed`, {
    hint: `Choose this kernel with -k, or name another kernel: --install=${first}`,
  });
}

/**
 * Installs the packages of modules for the chosen kernels, with the package of common files and the metapackages of
 * these kernels; or asks apt and modprobe what would happen. A note names the other kernels for which there are
 * packages. Returns undefined if no package was built for the chosen kernels.
 */
export async function installModules(
  { outcomes, metas, common }: BuiltModules,
  choice: InstallChoice,
  { dryRun, reporter }: { dryRun: boolean; reporter: Reporter },
): Promise<ModulesResult | undefined> {
  const { matches, described } = chosenKernels(choice);
  const isMeant = ({ release, file }: { release: string; file?: string }) =>
    file !== undefined && matches(release);
  const chosen = outcomes.filter(isMeant);
  const left = outcomes.filter((one) => one.file !== undefined && !isMeant(one));
  if (left.length > 0) {
    const names = someNames(
      left.map(({ release }) => release),
      10,
    );
    reporter.note(`No packages are installed for kernels other than ${described}: ${names}`);
  }
  if (chosen.length === 0) {
    reporter.warn(`There is no package for kernel ${described}: nothing is installed.`);
    return undefined;
  }
  const files = (results: readonly { file?: string }[]) =>
    results.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const debs = [...files(chosen), ...common, ...files(metas.filter(isMeant))];
  if (dryRun) return wouldRun(debs, choice, reporter);
  const result = await installDebs(debs, choice, reporter);
  if (choice.mode === 'install') return result;
  const loads: Record<string, readonly string[]> = {};
  for (const { release, file } of chosen) {
    if (file === undefined) continue;
    const modules = await tryModules(file, release, reporter);
    if (modules === undefined) continue;
    loads[release] = modules;
    reporter.note(`Kernel ${release} would load ${someNames(modules, 10)} from ${basename(file)}.`);
  }
  return { ...result, loads };
}
