import { join } from 'node:path';
import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import { withoutEpoch, withoutRevision } from '../../debian/version.ts';
import { InputError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { PackagedConf } from '../dkms-conf-file.ts';
import type { Packaging } from '../packaging.ts';
import type { Rules } from './known-rules.ts';

/**
 * Steps of debhelper, each with places in the package: if the package has files there, the step would write scripts
 * or other files.
 */
const STEPS: readonly (readonly [step: string, places: RegExp])[] = [
  ['dh_installsystemd', /^(?:usr\/)?lib\/systemd\/system\//],
  ['dh_installsystemduser', /^usr\/lib\/systemd\/user\//],
  ['dh_installtmpfiles', /^usr\/lib\/tmpfiles\.d\//],
  ['dh_installsysusers', /^usr\/lib\/sysusers\.d\//],
  ['dh_installinit', /^etc\/init\.d\//],
  ['dh_usrlocal', /^usr\/local\//],
  ['dh_icons', /^usr\/share\/icons\//],
  ['dh_installinfo', /^usr\/share\/info\//],
  ['dh_installgsettings', /^usr\/share\/glib-2\.0\/schemas\//],
  ['dh_installxfonts', /^usr\/share\/fonts\/X11\//],
];

/**
 * Throws InputError `debhelper-step` if a step of dh would do more with the files of the package than dkms-deb does,
 * such as enabling units or creating users; or if `dh_dkms -V` would set another version than dkms.conf has.
 */
export function refuseSteps(
  tree: StagedTree,
  { conf }: PackagedConf,
  rules: Rules,
  { directory, latest }: Packaging,
): void {
  // If only debhelper can follow the rules (`beyond`), nothing is checked. dkms-deb then stages the package only with
  // --from-rules: debhelper has called dkms-deb, and runs its own steps afterwards.
  if (rules.style !== 'dh' || rules.beyond !== undefined) return;
  const refuse = (message: string) =>
    new InputError('debhelper-step', message, {
      where: { file: join(directory, 'rules') },
      hint: 'Build the package with dpkg-buildpackage.',
    });
  for (const { path, type } of tree.entries()) {
    if (type === 'directory') continue;
    const step = STEPS.find(([name, places]) => places.test(path) && !rules.skipped.has(name))?.[0];
    if (step !== undefined) throw refuse(`${step} would process /${path}`);
  }
  const upstream = withoutEpoch(withoutRevision(latest.version));
  if (rules.fillsVersion && conf.version !== upstream) {
    throw refuse(`dh_dkms -V sets the version ${upstream}, but dkms.conf has ${conf.version}`);
  }
}

/**
 * Warns if dkms.conf contains #MODULE_VERSION# and debian/rules calls dh_dkms without -V. In this case
 * dpkg-buildpackage does not replace the placeholder, although `dkms-deb build` does.
 */
export function warnOfLiteral({ mtime, conf }: PackagedConf, rules: Rules, reporter: Reporter) {
  if (rules.style !== 'dh' || rules.beyond !== undefined) return;
  if (rules.fillsVersion || mtime !== undefined) return;
  reporter.warn(
    `debian/rules calls dh_dkms without -V, so dpkg-buildpackage leaves #MODULE_VERSION# in dkms.conf instead of ${conf.version}`,
    'Add this to debian/rules: override_dh_dkms: ; dh_dkms -V',
  );
}
