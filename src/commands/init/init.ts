import { resolve } from 'node:path';
import { applyPlan } from '../../generate/apply.ts';
import { readDriver } from '../../generate/driver.ts';
import type { RulesStyle } from '../../generate/generated-file.ts';
import { planDebian } from '../../generate/plan.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { sourceTimestamp } from '../../package/timestamp.ts';
import type { CommandContext, CommandResult } from '../command.ts';

export interface InitArguments {
  readonly directory: string;
  readonly conf?: string | undefined;
  readonly rules: RulesStyle;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** Writes debian/ for the driver in a directory; prints the paths that were written. */
export async function init(args: InitArguments, context: CommandContext): Promise<CommandResult> {
  const directory = resolve(args.directory);
  const driver = await readDriver(directory, await referenceKernel(), { confFile: args.conf });
  const plan = await planDebian(driver, {
    style: args.rules,
    timestamp: sourceTimestamp(Math.floor(Date.now() / 1000)),
    force: args.force,
  });
  const changed = plan.files.filter(({ action }) => action === 'create' || action === 'update');
  if (!args.dryRun) await applyPlan(directory, plan);
  for (const file of changed) context.print(`debian/${file.path}`);
  for (const file of plan.files) {
    if (file.action !== 'keep') continue;
    context.reporter.warn(
      `debian/${file.path} is not what init would write; it stays as it is`,
      'Use --force to have it written anew.',
    );
  }
  const unknown = [...new Set(plan.files.flatMap((file) => file.unknown))];
  for (const item of unknown) context.reporter.warn(`FIXME ${item}`);
  if (changed.length === 0) context.reporter.note('debian/ is up to date.');
  else {
    const done = args.dryRun ? 'Would write' : 'Wrote';
    context.reporter.note(
      `${done} debian/ for ${driver.packageName} ${driver.version} (DKMS ${driver.conf.name} ${driver.conf.version}).`,
    );
  }
  return {
    exitStatus: 0,
    document: {
      package: driver.packageName,
      version: driver.version,
      files: plan.files.map(({ path, action }) => ({ path: `debian/${path}`, action })),
      unknown,
    },
  };
}
