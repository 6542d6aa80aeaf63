import { writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { decide } from '../../debianize/decide-file.ts';
import { diffTexts } from '../../debianize/diff.ts';
import { generated } from '../../debianize/files/generated-file.ts';
import { readOptional } from '../../driver/conf/init-memory.ts';
import { EXIT, InputError, UsageError } from '../../errors.ts';
import { ciFile, isUnedited } from '../../fleet/ci/ci-file.ts';
import { checkedPath, ciSettings } from '../../fleet/ci/ci-settings.ts';
import { type CiSystem, PIPELINE_FILES } from '../../fleet/ci/ci-systems.ts';
import { tasksFor } from '../../fleet/ci/planned-jobs.ts';
import { readFleetConfig } from '../../fleet/config/read-config.ts';
import { readPlan } from '../../fleet/plan/plan-file.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { writeWhole } from '../../system/files/output.ts';
import { askGit } from '../../system/git/run-git.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';

export interface CiArguments {
  readonly system: CiSystem;
  readonly config: string;
  readonly plan?: string | undefined;
  readonly output?: string | undefined;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly diff: boolean;
  readonly check: boolean;
}

/**
 * Writes the pipeline of a fleet and prints its path. With --diff, --check or --dry-run, writes no file. With --plan,
 * only prints the tasks of a plan as the pipeline reads them. Throws InputError `ci-edited` for a file that dkms-deb
 * did not write, or that was edited, unless `force` is set.
 */
export async function writeCi(args: CiArguments, context: CommandContext): Promise<CommandResult> {
  const { system } = args;
  const { reporter } = context;
  const top = await topOfRepository();
  const file = resolve(
    args.output === undefined ? top : '.',
    args.output ?? PIPELINE_FILES[system],
  );
  const path = checkedPath(pathBelow(top, file, '-o'), '-o', file);
  if (args.plan !== undefined) return printTasks(args.plan, system, path, context);

  const config = await readFleetConfig(args.config);
  const settings = ciSettings(pathBelow(top, resolve(args.config), '--config'), config);
  const again = commandLine(system, settings.config, path);
  const text = ciFile(system, settings, path, again);
  // git may have changed the line ends.
  const before = (await readOptional(file))?.replaceAll('\r\n', '\n');
  const touched = before !== undefined && !isUnedited(before);
  const { force } = args;
  const { action } = decide(generated(path, text), before, { touched, foreign: false, force });
  const result = (exitStatus: number): CommandResult => ({
    exitStatus,
    document: { system, file, action, publishes: settings.publishing !== undefined },
  });
  if (settings.publishing === undefined) {
    reporter.note(
      `${args.config} has no repository: the pipeline builds for all kernels each time, and publishes nothing.`,
    );
  }
  if (args.diff) {
    const [old, wanted] = [Buffer.from(before ?? ''), Buffer.from(text)];
    const shown = before === text ? '' : await diffTexts(path, old, wanted);
    if (shown !== '') context.print(shown.trimEnd());
    return result(0);
  }
  if (action === 'unchanged') {
    reporter.note(`${path} is up to date.`);
    return result(0);
  }
  if (args.check) {
    reporter.warn(
      `${path} is ${before === undefined ? 'missing' : 'out of date'}.`,
      action === 'keep' ? HOW_TO_GO_ON : `Run ${again}.`,
    );
    return result(EXIT.failed);
  }
  if (action === 'keep') throw edited(file);
  if (!args.dryRun) {
    await makeDirectory(dirname(file));
    await writeWhole(file, (temporary) => writeFile(temporary, text));
    reporter.note(`The first lines of ${path} say which variables and secrets the pipeline needs.`);
  }
  context.print(file);
  return result(0);
}

async function printTasks(
  file: string,
  system: CiSystem,
  path: string,
  context: CommandContext,
): Promise<CommandResult> {
  const plan = await readPlan(file);
  const text = tasksFor(system, plan, path);
  if (text !== '') context.print(text);
  return { exitStatus: 0, document: { system, tasks: plan.tasks.map(({ id }) => id) } };
}

const HOW_TO_GO_ON =
  'See the difference with --diff; overwrite the file with --force, or name another file with -o.';

function edited(file: string): InputError {
  return new InputError('ci-edited', 'dkms-deb did not write this file, or it was edited since', {
    where: { file },
    hint: HOW_TO_GO_ON,
  });
}

/**
 * Returns the top directory of the git repository. Jobs begin there, so all paths are relative to it. Outside of a
 * repository, returns the current directory.
 */
async function topOfRepository(): Promise<string> {
  return (await askGit('.', ['rev-parse', '--show-toplevel'])) ?? resolve('.');
}

function pathBelow(top: string, file: string, option: string): string {
  const path = relative(top, file);
  if (!isAbsolute(path) && path !== '..' && !path.startsWith(`..${sep}`)) return path;
  throw new UsageError(`${option} must name a file below ${top}`, {
    hint: 'Go into the git repository of the fleet first.',
  });
}

/** Returns the command that writes the same file again, from the top of the repository. */
function commandLine(system: CiSystem, config: string, file: string): string {
  const words = ['dkms-deb', 'ci', system];
  if (config !== 'dkms-deb.yaml') words.push('--config', config);
  if (file !== PIPELINE_FILES[system]) words.push('-o', file);
  return words.join(' ');
}
