import { DkmsDebError, EXIT } from '../../errors.ts';
import { examineMachine } from '../../pipelines/doctor/examine-machine.ts';
import {
  type MachineFinding,
  note,
  TASKS,
  type Task,
} from '../../pipelines/doctor/machine-finding.ts';
import { version } from '../../system/text/project-file.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { findConfigured } from '../command-line/configured.ts';
import { describeSections } from './describe-sections.ts';

export interface DoctorArguments {
  readonly tasks: readonly Task[];
}

/** If no task is named, the exit status depends on these tasks. */
const MAIN_TASKS: readonly Task[] = ['init', 'build', 'bmdeb'];

/**
 * Examines this machine and prints the findings. The exit status is 1 if the machine in general is not ready, or if it
 * is not ready for one of `tasks`. If `tasks` is empty, all tasks are examined, but only MAIN_TASKS can cause status 1.
 */
export async function doctor(
  { tasks }: DoctorArguments,
  { print, reporter }: CommandContext,
): Promise<CommandResult> {
  reporter.progress('Examining this machine');
  const sections = await examineMachine(
    tasks.length > 0 ? [...new Set(tasks)] : TASKS,
    await checkConfiguration(),
  );
  const deciding: readonly string[] = ['machine', ...(tasks.length > 0 ? tasks : MAIN_TASKS)];
  const ready = sections.every((section) => section.ready || !deciding.includes(section.task));
  for (const line of describeSections(sections)) print(line);
  return {
    exitStatus: ready ? 0 : EXIT.failed,
    document: { version: version(), ready, sections: sections.map(documentOf) },
  };
}

/**
 * Returns one finding for each configuration file that sets a key. The finding names the keys, because the contents of
 * packages may depend on them. Their maintainer is used, as by init. If reading the files fails, returns only one
 * finding with the error.
 */
async function checkConfiguration(): Promise<MachineFinding[]> {
  const subject = 'configuration';
  const files = findConfigured('.');
  if (files.user === undefined && files.repository === undefined) return [];
  try {
    const { readSettings, useMaintainerOf } = await import('../command-line/settings.ts');
    const settings = await readSettings(files);
    const maintainer = settings.find(({ key }) => key === 'maintainer');
    if (maintainer !== undefined) useMaintainerOf(maintainer);
    return [...new Set(settings.map(({ file }) => file))].map((file) => {
      const keys = settings.filter((one) => one.file === file).map(({ key }) => key);
      return note(subject, `${file} sets ${keys.join(', ')}`);
    });
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    const { file = '', line } = error.where ?? {};
    const message = `${file}${line === undefined ? '' : `:${line}`}: ${error.message}`;
    return [{ state: 'missing', subject, message, advice: error.hint ?? '' }];
  }
}

function documentOf({ task, ready, findings }: Awaited<ReturnType<typeof examineMachine>>[number]) {
  return {
    task,
    ready,
    findings: findings.map(({ state, subject, message, command, advice, packages }) => ({
      state,
      subject,
      message,
      ...(packages !== undefined && { packages }),
      ...(command !== undefined && { command }),
      ...(advice !== undefined && { advice }),
    })),
  };
}
