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

/** The command that replaces `dkms mkdeb` of DKMS 2.8: runs `build -b` for the named driver. */
export async function mkdeb(
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  return buildNamed('mkdeb', '-b', args, context);
}

/** The command that replaces `dkms mkdsc` of DKMS 2.8: runs `build -S` for the named driver. */
export async function mkdsc(
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  return buildNamed('mkdsc', '-S', args, context);
}

async function buildNamed(
  action: 'mkdeb' | 'mkdsc',
  type: '-b' | '-S',
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  refuseBoth(args);
  const { directory, output } = await findDriver(action, args);
  noteIgnored({ ...args }, context, { ...KERNEL_OPTIONS, ...BINARIES_ONLY_OPTION });
  const dryRun = args.dryRun ? ['--dry-run'] : [];
  return forward(buildCommand, [type, ...dryRun, '-o', output, directory], context);
}

/** `dkms mkrpm` of DKMS 2.8: runs `rpm -b` for the named driver. */
export async function mkrpm(
  args: BuildNamedArguments,
  context: CommandContext,
): Promise<CommandResult> {
  refuseBoth(args);
  const { directory, output } = await findDriver('mkrpm', args);
  noteIgnored({ ...args }, context, { ...KERNEL_OPTIONS, ...BINARIES_ONLY_OPTION });
  context.reporter.note('The package is NAME-dkms. DKMS 2.8 called it NAME.');
  // A driver could bring a template of its own (dkms 2.8, make_rpm).
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((each) => each.endsWith('-dkms-mkrpm.spec'))) {
    context.reporter.warn(
      `${name} is not used`,
      'Write the spec with dkms-deb init --rpm, and edit rpm/.',
    );
  }
  const dryRun = args.dryRun ? ['--dry-run'] : [];
  return forward(rpmCommand, ['-b', ...dryRun, '-o', output, directory], context);
}
