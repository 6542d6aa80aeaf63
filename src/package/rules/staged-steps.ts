import { join } from 'node:path';
import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import { withoutEpoch, withoutRevision } from '../../debian/version.ts';
import { InputError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { PackagedConf } from '../dkms-conf-file.ts';
import type { Packaging } from '../packaging.ts';
import type { Rules } from './known-rules.ts';

/** Places in a package that a step of debhelper looks at to write scripts or more files. */
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
 * InputError `debhelper-step` where dh would do more with what is staged than is done here: units are enabled,
 * users made; or where `dh_dkms -V` names another directory than dkms.conf.
 */
export function refuseSteps(
  tree: StagedTree,
  { conf }: PackagedConf,
  rules: Rules,
  { directory, latest }: Packaging,
): void {
  // Below rules that do more, the package is dkms-deb's after all: --from-rules.
  if (rules.style !== 'dh' || rules.beyond !== undefined) return;
  const refuse = (message: string) =>
    new InputError('debhelper-step', message, {
      where: { file: join(directory, 'rules') },
      hint: 'Build it with dpkg-buildpackage.',
    });
  for (const { path, type } of tree.entries()) {
    if (type === 'directory') continue;
    const step = STEPS.find(([name, places]) => places.test(path) && !rules.skipped.has(name))?.[0];
    if (step !== undefined) throw refuse(`${step} works on /${path}`);
  }
  const upstream = withoutEpoch(withoutRevision(latest.version));
  if (rules.fillsVersion && conf.version !== upstream) {
    throw refuse(`dh_dkms -V says ${upstream}, dkms.conf ${conf.version}`);
  }
}

/** dh_dkms fills #MODULE_VERSION# in only where it is told to, `build` always. */
export function warnOfLiteral({ mtime, conf }: PackagedConf, rules: Rules, reporter: Reporter) {
  if (rules.style !== 'dh' || rules.beyond !== undefined) return;
  if (rules.fillsVersion || mtime !== undefined) return;
  reporter.warn(
    `debian/rules calls dh_dkms without -V: dpkg-buildpackage leaves #MODULE_VERSION# in dkms.conf, where ${conf.version} is meant`,
    'Write into debian/rules: override_dh_dkms: dh_dkms -V',
  );
}
