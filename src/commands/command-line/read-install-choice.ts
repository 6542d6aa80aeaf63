import { UsageError } from '../../errors.ts';
import { checkCanInstall } from '../../pipelines/install/apt-command.ts';
import type { InstallChoice } from '../../pipelines/install/install-choice.ts';
import type { CommandContext } from './command.ts';
import type { InstallArguments } from './install-options.ts';

/**
 * Reads --install and --try. Returns undefined if neither is given. `refused` lists options that cannot be combined
 * with --install or --try, and whether each is given. Throws UsageError if one of the `refused` options is given, and
 * SystemError `tool-missing` if this machine cannot install packages.
 */
export function readInstallChoice(
  { install, try: isTry }: InstallArguments,
  { questions }: Pick<CommandContext, 'questions'>,
  refused: readonly (readonly [option: string, isGiven: boolean])[],
): InstallChoice | undefined {
  const isInstall = install !== undefined && install !== false;
  if (!isInstall && !isTry) return undefined;
  const option = isTry ? '--try' : '--install';
  const [conflict] = refused.find(([, isGiven]) => isGiven) ?? [];
  if (conflict !== undefined) {
    throw new UsageError(`${option} cannot be combined with ${conflict}`, {
      hint: `Leave out ${option}: with ${conflict}, dkms-deb has no package that apt could install here.`,
    });
  }
  const kernels = typeof install === 'string' && install !== '' ? install : undefined;
  const choice: InstallChoice = {
    mode: isTry ? 'try' : 'install',
    kernels,
    attended: questions !== undefined,
  };
  checkCanInstall(choice);
  return choice;
}
