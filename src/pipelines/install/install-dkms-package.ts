import { basename } from 'node:path';
import type { Reporter } from '../../report/reporter.ts';
import { someNames } from '../../system/text/some-names.ts';
import type { InstallChoice } from './install-choice.ts';
import { type AptResult, installDebs, wouldRun } from './install-debs.ts';

/**
 * Installs the -dkms package among the results of a build, or simulates the installation. `files` are all results;
 * `packageName` is the driver's package, if it is known. If no file is such a package, all .deb files are installed.
 * With `dryRun` only the command is printed.
 */
export async function installDkmsPackage(
  files: readonly string[],
  choice: InstallChoice,
  about: { packageName: string | undefined; dryRun: boolean; reporter: Reporter },
): Promise<AptResult> {
  const { packageName, dryRun, reporter } = about;
  const debs = files.filter((file) => file.endsWith('.deb'));
  const ofDriver = debs.filter((file) =>
    packageName === undefined
      ? /dkms_/.test(basename(file))
      : basename(file).startsWith(`${packageName}_`),
  );
  const chosen = ofDriver.length > 0 ? ofDriver : debs;
  const left = debs.filter((file) => !chosen.includes(file)).map((file) => basename(file));
  if (left.length > 0)
    reporter.note(
      `Not installed, because DKMS does not need these packages: ${someNames(left, 10)}`,
    );
  if (dryRun) return wouldRun(chosen, choice, reporter);
  const result = await installDebs(chosen, choice, reporter);
  if (choice.mode === 'try') {
    reporter.note(
      'DKMS would compile the modules during the installation. To see now whether they compile: dkms-deb bmdeb --try',
    );
  }
  return result;
}
