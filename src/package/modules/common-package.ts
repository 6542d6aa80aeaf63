import { type ControlMember, plainMember } from '../../archive/deb-writer.ts';
import { installedSize } from '../../archive/staged/installed-size.ts';
import { md5sums } from '../../archive/staged/md5sums.ts';
import { StagedTree } from '../../archive/staged/staged-tree.ts';
import { type Field, formatStanza } from '../../debian/control-field.ts';
import { debFileName } from '../../debian/deb-file-name.ts';
import { formatDescription, withSuffix } from '../../debian/description.ts';
import { formatPerson } from '../../debian/person.ts';
import { modulesCommonName } from '../../dkms/conf/names.ts';
import { renderTemplate } from '../../system/text/template.ts';
import { INITRAMFS_TRIGGER } from '../debhelper/dh-system-files.ts';
import type { DriverDescription } from '../driver-description.ts';
import type { StagedPackage } from '../staged-package.ts';
import { type CommonFiles, digestOfCommon } from './common-files.ts';
import { modulesVersion } from './kernel-relations.ts';
import { stageDocuments } from './package-documents.ts';

/**
 * Stages `<name>-modules-common`: udev rules, settings of modprobe, firmware and other files that the modules for all
 * kernels share, and that the -dkms package has, too. Both packages can be installed, because the maintainer scripts
 * divert the files of the -dkms package (dpkg-divert(1)). Replaces (Policy 7.6.1) is not sufficient: if the package
 * that replaced a file is removed, the file is removed, too, and the -dkms package lacks it. Breaks would forbid to
 * install both packages. The -dkms package may come from another archive, so it cannot be changed.
 */
export async function stageCommonPackage(
  dkmsName: string,
  files: CommonFiles,
  driver: DriverDescription,
  { timestamp }: { readonly timestamp: number },
): Promise<StagedPackage> {
  const { name, version, fileName } = commonIdentity(dkmsName, driver);
  const tree = new StagedTree(timestamp);
  const paths: string[] = [];
  for (const entry of files.tree.entries()) {
    if (entry.type === 'file') {
      tree.addFile(entry.path, { ...entry.content, mode: entry.mode });
    } else if (entry.type === 'symlink') tree.addSymlink(entry.path, entry.target);
    else continue;
    paths.push(entry.path);
  }
  const change = renderTemplate('package/common-changelog', {
    source: driver.source,
    version: driver.sourceVersion,
  });
  await stageDocuments(tree, { name, version, driver, timestamp }, change.trim());
  tree.addFile(`usr/share/lintian/overrides/${name}`, {
    bytes: Buffer.from(renderTemplate('package/common-lintian-overrides', { package: name })),
  });
  const data = {
    package: name,
    dkms: driver.dkmsPackage,
    suffix: diversionSuffix(name),
    paths: divertedPaths(paths),
  };
  const shared = renderTemplate('package/common-diversions', data);
  const script = (script: string): ControlMember => ({
    name: script,
    bytes: Buffer.from(renderTemplate(`package/common-${script}`, { ...data, shared })),
    mode: 0o755,
  });
  const synopsis = renderTemplate('package/common-synopsis', {}).trim();
  const about = renderTemplate('package/common-description', { dkms: driver.dkmsPackage }).trim();
  const digest = await digestOfCommon(files);
  const fields: Field[] = [
    ['Package', name],
    ['Source', `${driver.source} (${driver.sourceVersion})`],
    ['Version', version],
    ['Architecture', 'all'],
    ['Multi-Arch', 'foreign'],
    ['Maintainer', formatPerson(driver.maintainer)],
    ['Installed-Size', String(installedSize(tree))],
    ['Section', 'kernel'],
    ['Priority', 'optional'],
    ['Homepage', driver.homepage],
    [
      'Description',
      formatDescription(withSuffix(driver.synopsis, ` (${synopsis})`), [
        ...driver.paragraphs,
        about,
      ]),
    ],
    ['Build-Key', digest === undefined ? undefined : `sha256:${digest}`],
  ];
  return {
    fileName,
    tree,
    control: [
      plainMember('control', formatStanza(fields)),
      plainMember('md5sums', await md5sums(tree)),
      script('preinst'),
      script('postinst'),
      script('postrm'),
      ...(paths.some((path) => IN_INITRAMFS.test(path))
        ? [plainMember('triggers', INITRAMFS_TRIGGER)]
        : []),
    ],
    timestamp,
  };
}

/** Matches files of which the initramfs has copies (initramfs-tools(7), mkinitramfs(8)). */
const IN_INITRAMFS = /^usr\/(?:share\/initramfs-tools|lib\/modprobe\.d)\//;

/** Returns name, version and file name of the package with the files that the modules for all kernels share. */
export function commonIdentity(
  dkmsName: string,
  { version: ofDriver, rebuild }: Pick<DriverDescription, 'version' | 'rebuild'>,
): { name: string; version: string; fileName: string } {
  const name = modulesCommonName(dkmsName);
  const version = modulesVersion({ version: ofDriver, kernelVersion: undefined, rebuild });
  return { name, version, fileName: debFileName(name, version, 'all') };
}

/**
 * Returns the dependency of a package of modules on the package with the shared files. A newer version fulfils the
 * dependency, too, because modules of several versions may be installed for several kernels, but only one package with
 * the shared files.
 */
export function commonDependency(
  dkmsName: string,
  driver: Pick<DriverDescription, 'version' | 'rebuild'>,
): string {
  const { name, version } = commonIdentity(dkmsName, driver);
  return `${name} (>= ${version})`;
}

/**
 * Returns the end of a diverted file's name. It has a `~`, because udev, modprobe, systemd and initramfs-tools read no
 * files whose names end in `~`.
 */
export function diversionSuffix(packageName: string): string {
  return `.${packageName}~`;
}

/**
 * Returns the absolute names under which dpkg may know the files with these paths. On a merged system /lib is /usr/lib,
 * but dpkg compares only names (DEP-17), and older debhelper installed udev rules into /lib/udev.
 */
export function divertedPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const merged = /^(?:usr\/)?((?:lib|bin|sbin)\/.*)$/.exec(path)?.[1];
    return merged === undefined ? [`/${path}`] : [`/usr/${merged}`, `/${merged}`];
  });
}
