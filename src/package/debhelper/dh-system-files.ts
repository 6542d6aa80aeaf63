import type { Staging } from './context.ts';
import { debianFile } from './debian-file.ts';

/** The destinations of debian/<package>.<kind> files in debhelper; `PACKAGE` is the package's name. */
const DESTINATIONS: Readonly<Record<string, string>> = {
  // In /usr by DEP-17; debhelper before 13.12 used /lib/udev (dh_installudev(1)).
  udev: 'usr/lib/udev/rules.d/60-PACKAGE.rules',
  modprobe: 'etc/modprobe.d/PACKAGE.conf',
  'modules-load': 'usr/lib/modules-load.d/PACKAGE.conf',
  'modules-load.d': 'usr/lib/modules-load.d/PACKAGE.conf',
  'lintian-overrides': 'usr/share/lintian/overrides/PACKAGE',
};

/** The kinds that this step stages. */
export const SYSTEM_FILE_KINDS = Object.keys(DESTINATIONS);

/** Stages udev rules, modprobe and modules-load settings and lintian overrides, mode 0644. */
export async function stageSystemFiles(staging: Staging): Promise<void> {
  for (const [kind, destination] of Object.entries(DESTINATIONS)) {
    const file = staging.packaging.file(kind);
    if (file === undefined) continue;
    const path = destination.replace('PACKAGE', staging.packaging.packageName);
    staging.tree.addFile(path, await debianFile(staging, file));
  }
}
