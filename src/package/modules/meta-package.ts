import { plainMember } from '../../archive/deb-writer.ts';
import { installedSize } from '../../archive/staged/installed-size.ts';
import { md5sums } from '../../archive/staged/md5sums.ts';
import { StagedTree } from '../../archive/staged/staged-tree.ts';
import { type Field, formatStanza } from '../../debian/control-field.ts';
import { debFileName } from '../../debian/deb-file-name.ts';
import { formatDescription, withSuffix } from '../../debian/description.ts';
import { formatPerson } from '../../debian/person.ts';
import { modulesMetaName } from '../../dkms/conf/names.ts';
import { UsageError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { familyOfRelease } from '../../kernel/kernel-family.ts';
import { debianRelease } from '../../kernel/release.ts';
import { renderTemplate } from '../../system/text/template.ts';
import type { DriverDescription } from '../driver-description.ts';
import type { StagedPackage } from '../staged-package.ts';
import { kernelVersionPart } from './kernel-relations.ts';
import { modulesIdentity } from './modules-package.ts';
import type { MetaKind } from './package-choices.ts';
import { changeForKernel, stageDocuments } from './package-documents.ts';

/** The kernel on whose modules a metapackage depends. */
export type MetaKernel = Pick<
  KernelHeaders,
  'release' | 'packageVersion' | 'architecture' | 'family' | 'flavour'
>;

/**
 * Stages the metapackage `<name>-modules-<flavour>`. It depends on the modules for the newest kernel, as
 * linux-image-<flavour> depends on that kernel. Its section is `kernel`: apt never removes dependencies of packages in
 * the section `metapackages`, and would keep the modules for old kernels. A `revision` makes the version higher. A
 * higher version is necessary if the metapackage replaces a metapackage of another kind for the same modules. Throws
 * UsageError for a kind of metapackage that is not possible with the kernel.
 */
export async function stageMetaPackage(
  kind: MetaKind,
  dkmsName: string,
  flavour: string,
  kernel: MetaKernel,
  driver: DriverDescription,
  options: { timestamp: number; revision?: number; modaliases?: string | undefined },
): Promise<StagedPackage> {
  checkMetaKind(kind, kernel);
  const { timestamp, revision = 0 } = options;
  const modules = modulesIdentity(dkmsName, kernel, driver);
  const name = modulesMetaName(dkmsName, flavour);
  // If the kernel has no package, the version contains the release, so that the version for the next kernel sorts
  // higher.
  const whole =
    kernel.packageVersion === undefined
      ? driver.version + kernelVersionPart(kernel.release.replace(/[^A-Za-z0-9.+~]/g, '.'))
      : modules.version;
  const version = revision === 0 ? whole : `${whole}+meta${revision}`;
  const tree = new StagedTree(timestamp);
  await stageDocuments(tree, { name, version, driver, timestamp }, changeForKernel(driver, kernel));
  const suffix = renderTemplate('package/meta-synopsis', { flavour }).trim();
  const description = renderTemplate('package/meta-description', {
    name: dkmsName,
    flavour,
    dkms: driver.dkmsPackage,
    lockstep: kind === 'lockstep',
    fallback: kind === 'fallback',
  });
  const fields: Field[] = [
    ['Package', name],
    ['Source', `${driver.source} (${driver.sourceVersion})`],
    ['Version', version],
    ['Architecture', kernel.architecture],
    ['Maintainer', formatPerson(driver.maintainer)],
    ['Installed-Size', String(installedSize(tree))],
    ['Depends', dependency(kind, driver.dkmsPackage, modules, kernel.release)],
    ['Section', 'kernel'],
    ['Priority', 'optional'],
    ['Homepage', driver.homepage],
    ['Modaliases', options.modaliases],
    [
      'Description',
      formatDescription(withSuffix(driver.synopsis, ` (${suffix})`), [
        ...driver.paragraphs,
        description.trim(),
      ]),
    ],
  ];
  return {
    fileName: debFileName(name, version, kernel.architecture),
    tree,
    control: [
      plainMember('control', formatStanza(fields)),
      plainMember('md5sums', await md5sums(tree)),
    ],
    timestamp,
  };
}

/**
 * Throws UsageError for the kind `lockstep` if the kernel is not Debian's: other kernels do not provide
 * linux-latest-modules-*.
 */
export function checkMetaKind(
  kind: MetaKind,
  { release, family = familyOfRelease(release) }: Pick<KernelHeaders, 'release' | 'family'>,
): void {
  if (kind !== 'lockstep' || family === 'debian') return;
  throw new UsageError(`--meta lockstep is not possible for ${release}`, {
    hint: "Use --meta loose or fallback: only Debian's linux-image packages provide linux-latest-modules-*.",
  });
}

function dependency(
  kind: MetaKind,
  dkmsPackage: string,
  modules: { name: string; version: string },
  release: string,
): string {
  const wanted = `${modules.name} (= ${modules.version})`;
  if (kind === 'fallback') return `${wanted} | ${dkmsPackage}`;
  const latest = `linux-latest-modules-${debianRelease(release)}`;
  return kind === 'lockstep' ? `${wanted}, ${latest}` : wanted;
}
