import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Reporter } from '../../report/reporter.ts';
import type { Budget } from './budget.ts';
import type { NamedModule } from './kbuild-question.ts';
import { type TrialKernel, tryBuild } from './trial-build.ts';
import { commandOf, type Way } from './way.ts';

/** The chosen way to build, with warnings about it. */
export interface Settled {
  readonly way: Way;
  readonly modules: readonly NamedModule[];
  readonly warnings: readonly string[];
  readonly built: boolean;
  /**
   * Why no trial build made modules: the first error of a trial build, or that the time was over. Undefined if a trial
   * build made modules, or if there was no kernel for a trial build.
   */
  readonly failure?: string | undefined;
}

export interface Trials {
  readonly directory: string;
  /**
   * The kernels for which the ways to build the driver are tried, the newest first. If there are none, nothing is
   * compiled.
   */
  readonly kernels: readonly TrialKernel[];
  readonly budget: Budget;
  readonly reporter: Reporter;
}

/** The most errors of failed trial builds in the warnings. One more warning gives the number of the others. */
const MOST_ERRORS = 4;
/** If there are this many modules or more, a trial build with kbuild alone compiles only some of them. */
const MANY = 40;

/**
 * Tries the ways to build one after the other, first all for the newest kernel, then all for the next kernel, until a
 * way builds modules. If no way builds modules, returns the way whose build did not end in time, otherwise the first
 * way; the errors are warnings. Without kernels, returns the first way untried. Returns undefined if there is no way.
 */
export async function settle(
  ways: AsyncIterable<Way> | Iterable<Way>,
  trials: Trials,
): Promise<Settled | undefined> {
  const known: Way[] = [];
  const failures: string[] = [];
  const [first, ...others] = trials.kernels;
  let unfinished: Way | undefined;
  let late = false;
  const isOver = () => {
    late ||= trials.budget.over();
    return late || unfinished !== undefined;
  };
  const attempt = async (way: Way, kernel: TrialKernel) => {
    const outcome = await tryWay(way, kernel, trials);
    if (outcome.kind === 'built') return outcome;
    if (outcome.kind === 'stopped') {
      trials.reporter.note(
        `The trial build was stopped after ${outcome.objects} files had been compiled without an error; the rest was not compiled.`,
      );
      return { modules: way.modules, warnings: [] };
    }
    const make = way.make === undefined ? '' : `, MAKE="${shortened(way.make)}"`;
    if (outcome.kind === 'failed') failures.push(`${kernel.release}${make}: ${outcome.words}`);
    else unfinished ??= way;
    return undefined;
  };
  for await (const way of ways) {
    if (way.after !== undefined && !way.after.test(failures.at(-1) ?? '')) continue;
    known.push(way);
    if (first === undefined) return { way, modules: way.modules, warnings: [], built: false };
    if (isOver()) break;
    const outcome = await attempt(way, first);
    if (outcome !== undefined) return { way, ...outcome, built: true };
  }
  for (const kernel of others) {
    for (const way of known) {
      if (isOver()) break;
      const outcome = await attempt(way, kernel);
      if (outcome !== undefined) return { way, ...outcome, built: true };
    }
  }
  const way = unfinished ?? known[0];
  if (way === undefined) return undefined;
  return {
    way,
    modules: way.modules,
    warnings: warningsOf(failures, late || unfinished !== undefined),
    built: false,
    failure: failureOf(failures, unfinished !== undefined),
  };
}

async function tryWay(way: Way, kernel: TrialKernel, trials: Trials) {
  const { directory, budget, reporter } = trials;
  const tree = join(directory, way.sourceRoot);
  const jobs = availableParallelism();
  const command = commandOf(way.make, jobs);
  const sample = samplesOf(way);
  const what = sample === '' ? way.from : `some of ${way.modules.length} modules, ${way.from}`;
  reporter.progress(`building a copy for ${kernel.release}, to check the modules found (${what})`);
  const outcome = await tryBuild(tree, command + sample, kernel, {
    seconds: budget.left(),
    expected: sample === '' ? undefined : way.modules,
  });
  return outcome.kind === 'built'
    ? {
        ...outcome,
        warnings:
          sample === ''
            ? []
            : [
                `only some of the ${way.modules.length} modules were compiled to check whether they build`,
              ],
      }
    : outcome;
}

/**
 * Returns the objects of three modules, as words to add to the command of make, if kbuild alone builds MANY modules or
 * more. Otherwise returns ''.
 */
function samplesOf({ make, modules }: Way): string {
  if (modules.length < MANY || (make !== undefined && !make.startsWith('make -C $kernel')))
    return '';
  const chosen = [modules[0], modules[modules.length >> 1], modules.at(-1)];
  return chosen.map((module) => module && ` ${join(module.folder, module.name)}.o`).join('');
}

/**
 * Returns why no way built modules: the first error; without one, that a trial build was `begun`, but did not end in
 * time; else that no time was left for a trial build.
 */
function failureOf([first]: readonly string[], begun: boolean): string {
  if (first !== undefined) return inWords(first);
  return begun ? 'its trial build did not end in time' : 'no time was left for its trial build';
}

function inWords(failure: string): string {
  return `the driver does not build for ${failure}`;
}

function warningsOf(failures: readonly string[], isLate: boolean): string[] {
  const errors = failures.map(inWords);
  if (isLate) {
    return [
      ...errors,
      'the trial build did not end in time: the modules are those that the makefiles name; whether they build was not checked',
    ];
  }
  return errors.length === 0
    ? []
    : [
        'the derived dkms.conf builds for none of the kernels that were tried; its modules are those that the makefiles name',
        ...errors.slice(0, MOST_ERRORS),
        ...(errors.length > MOST_ERRORS
          ? [`${errors.length - MOST_ERRORS} more trial builds failed`]
          : []),
      ];
}

function shortened(make: string): string {
  return make.length > 120 ? `… ${make.slice(-100)}` : make;
}
