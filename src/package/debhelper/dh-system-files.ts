import type { Staging } from './context.ts';
import { debianFile } from './debian-file.ts';

/**
 * The paths in the package to which the files debian/<package>.<kind> are installed, as debhelper 13.11 installs them.
 * `PACKAGE` stands for the name of the package.
 */
const DESTINATIONS: Readonly<Record<string, string>> = {
  // The file is installed into /usr, as DEP-17 requires. debhelper before 13.12 used /lib/udev (dh_installudev(1)).
  udev: 'usr/lib/udev/rules.d/60-PACKAGE.rules',
  modprobe: 'etc/modprobe.d/PACKAGE.conf',
  'lintian-overrides': 'usr/share/lintian/overrides/PACKAGE',
  // dh_installinitramfs(1) installs this file.
  'initramfs-hook': 'usr/share/initramfs-tools/hooks/PACKAGE',
};

/** The trigger of a package if the initramfs has copies of its files, as dh_installinitramfs(1) writes it. */
export const INITRAMFS_TRIGGER = 'activate-noawait update-initramfs\n';

/** The kinds of files in debian/ that stageSystemFiles installs. */
export const SYSTEM_FILE_KINDS = Object.keys(DESTINATIONS);

/**
 * Adds udev rules, settings of modprobe, and lintian overrides to the package, with mode 0644, and the executable
 * initramfs hook. Throws the errors of debianFile.
 */
export async function stageSystemFiles(staging: Staging): Promise<void> {
  for (const [kind, destination] of Object.entries(DESTINATIONS)) {
    const file = staging.packaging.file(kind);
    if (file === undefined) continue;
    const path = destination.replace('PACKAGE', staging.packaging.packageName);
    const mode = kind === 'initramfs-hook' ? 0o755 : 0o644;
    staging.tree.addFile(path, { ...(await debianFile(staging, file)), mode });
  }
}

/** Returns the triggers that the system files of the package need; '' if they need none. */
export function systemTriggers({ packaging }: Pick<Staging, 'packaging'>): string {
  return packaging.file('initramfs-hook') === undefined ? '' : INITRAMFS_TRIGGER;
}
