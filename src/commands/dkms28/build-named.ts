import { readdir } from 'node:fs/promises';
import { buildCommand } from '../build/declaration.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { rpmCommand } from '../rpm/declaration.ts';
import { findDriver, type ModuleArguments } from './driver.ts';
import { forward, noteIgnored, refuseBoth } from './forward.ts';
import { BINARIES_ONLY_OPTION, KERNEL_OPTIONS } from './options.ts';

/** The values of BUILD_OPTIONS. */
export interface BuildNamedArguments extends ModuleArguments {
  readonly sourceOnly: boolean;
  readonly binariesOnly: boolean;
  readonly dryRun: boolean;
}

/** The command that replaces `dkms mkdeb` of DKMS 2.8. It runs `build -b` for the named driver. */
export async function mkdeb(
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  return buildNamed('mkdeb', '-b', args, context);
}

/** The command that replaces `dkms mkdsc` of DKMS 2.8. It runs `build -S` for the named driver. */
export async function mkdsc(
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  return buildNamed('mkdsc', '-S', args, context);
}

/** The command that replaces `dkms mkrpm` of DKMS 2.8. It runs `dkms-deb rpm -b` for the named driver. */
export async function mkrpm(
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  return buildNamed('mkrpm', '-b', args, context);
}

async function buildNamed(
  action: 'mkdeb' | 'mkdsc' | 'mkrpm',
  type: '-b' | '-S',
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  refuseBoth(args);
  const { directory, output } = await findDriver(action, args);
  noteIgnored({ ...args }, context, { ...KERNEL_OPTIONS, ...BINARIES_ONLY_OPTION });
  if (action === 'mkrpm') await noteOldNames(directory, context);
  const command = action === 'mkrpm' ? rpmCommand : buildCommand;
  const dryRun = args.dryRun ? ['--dry-run'] : [];
  return forward(command, [type, ...dryRun, '-o', output, directory], context);
}

async function noteOldNames(directory: string, { reporter }: CommandContext): Promise<void> {
  reporter.note('The package is NAME-dkms. DKMS 2.8 called it NAME.');
  // A driver could have its own template for the spec (dkms 2.8, make_rpm).
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((each) => each.endsWith('-dkms-mkrpm.spec'))) {
    reporter.warn(`${name} is not used`, 'Write the spec with dkms-deb init --rpm, and edit rpm/.');
  }
}
