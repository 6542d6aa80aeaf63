import { SystemError } from '../../errors.ts';
import { findProgram } from '../../system/process/find-program.ts';
import { installHint } from '../../system/process/programs.ts';
import type { InstallChoice } from './install-choice.ts';

/**
 * Returns the words of the command that installs .deb files, with sudo unless root runs this process; or of the command
 * that only simulates the installation. `debs` are absolute paths: apt-get takes other words for names of packages. A
 * package of the same version is installed again, because it may have been built again. Unless `attended` is set, the
 * command asks no questions.
 */
export function aptCommand(debs: readonly string[], { mode, attended }: InstallChoice): string[] {
  const simulate = mode === 'try';
  return [
    ...(isRoot() || simulate ? [] : ['sudo', ...(attended ? [] : ['-n'])]),
    'apt-get',
    'install',
    ...(simulate ? ['--simulate'] : attended ? [] : ['--yes']),
    '--reinstall',
    ...debs,
  ];
}

/**
 * Throws SystemError `tool-missing` if this machine cannot install packages: apt is missing; or sudo is missing, and is
 * needed, because this is neither `--try` nor a process of root. Called before packages are built.
 */
export function checkCanInstall({ mode }: InstallChoice): void {
  if (findProgram('apt-get') === undefined) {
    throw new SystemError(
      'tool-missing',
      'there is no apt-get: packages cannot be installed here',
      {
        hint: 'Build without --install and --try, and copy the packages to a Debian or Ubuntu machine.',
      },
    );
  }
  if (mode === 'try' || isRoot() || findProgram('sudo') !== undefined) return;
  throw new SystemError(
    'tool-missing',
    'sudo is not installed, and dkms-deb does not run as root',
    {
      hint: `${installHint('sudo')}; or build without --install, and install the package as root.`,
    },
  );
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
