import type { OptionDeclaration } from './command.ts';

/** The arguments of commands that may install the packages that they built. */
export interface InstallArguments {
  /** For `build`: true if --install is given. For bmdeb: the pattern of --install=KERNEL, or '' for --install alone. */
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
