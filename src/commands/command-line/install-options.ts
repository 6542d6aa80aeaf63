import { UsageError } from '../../errors.ts';
import { checkCanInstall } from '../../pipelines/install/apt-command.ts';
import type { InstallChoice } from '../../pipelines/install/install-choice.ts';
import type { CommandContext, OptionDeclaration } from './command.ts';

/** The arguments of commands that may install the packages that they built. */
export interface InstallArguments {
  /** True if `build` got --install. If bmdeb got it, the pattern of --install=KERNEL, or '' for --install alone. */
  readonly install?: boolean | string | undefined;
  readonly try?: boolean | undefined;
}

/** The option `--try`. */
export const TRY_OPTION: OptionDeclaration = {
  group: 'Results',
  alias: 't',
  type: 'boolean',
  default: false,
  describe: 'say what --install would do; nothing is installed or loaded',
};

/**
 * Reads --install and --try. Returns undefined if neither is given. `refused` are options with which nothing can be
 * installed, each with whether it is given. Throws UsageError if one is given, and SystemError `tool-missing` if this
 * machine cannot install packages.
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
      hint: `Leave out ${option}: there would be no package for apt to install.`,
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
