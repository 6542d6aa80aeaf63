import { readFile } from 'node:fs/promises';
import { type ControlMember, plainMember } from '../../archive/deb-writer.ts';
import { installedSize } from '../../archive/staged/installed-size.ts';
import { md5sums } from '../../archive/staged/md5sums.ts';
import { StagedTree } from '../../archive/staged/staged-tree.ts';
import { type Field, formatStanza } from '../../debian/control-field.ts';
import { debFileName } from '../../debian/deb-file-name.ts';
import { formatDescription, withSuffix } from '../../debian/description.ts';
import { formatPerson } from '../../debian/person.ts';
import { modulesPackageName, modulesVirtualName } from '../../dkms/conf/names.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { familyOfRelease } from '../../kernel/kernel-family.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import { moduleName, moduleStem } from '../../module/format/module-path.ts';
import { renderTemplate } from '../../system/text/template.ts';
import type { DriverDescription } from '../driver-description.ts';
import type { StagedPackage } from '../staged-package.ts';
import { type BuildKey, buildKeyFields, moduleSigners } from './build-key.ts';
import { buildRecord } from './build-record.ts';
import { commonDependency } from './common-package.ts';
import { stageDkmsGuard } from './dkms-guard.ts';
import { firmwarePackages } from './firmware-packages.ts';
import { initramfsSnippet } from './initramfs.ts';
import { imageDependency, modulesVersion } from './kernel-relations.ts';
import { type ModulesPackageChoices, relationToDkms } from './package-choices.ts';
import { changeForKernel, stageDocuments } from './package-documents.ts';

/** The choices for one package of modules. */
export interface ModulesPackageOptions extends Partial<ModulesPackageChoices> {
  /** The time stamp of all files, in seconds since 1970. */
  readonly timestamp: number;
  readonly buildKey?: BuildKey | undefined;
  /**
   * Whether the driver has a package with files for all kernels. If so, the package of modules depends on that package.
   */
  readonly common?: boolean;
  /** The package with further modules of the kernel, which these modules need in addition to the image (Ubuntu). */
  readonly extra?: string | undefined;
}

/**
 * Whether the name of the .deb is too long for lintian: over 80 characters, with the longest name of an
 * architecture (Archive::File::Name::Length).
 */
function isLong(name: string, version: string): boolean {
  const withoutEpoch = version.replace(/^\d+:/, '');
  return `${name}_${withoutEpoch}_kfreebsd-amd64.deb`.length > 80;
}

/**
 * Stages the package `<name>-modules-<kernel release>`: the compiled modules in updates/ of the kernel's module
 * directory, maintainer scripts that call depmod for this kernel, and versioned Provides. Every file has the time stamp
 * of `options`, so that the same input gives the same bytes.
 */
export async function stageModulesPackage(
  build: ModuleBuild,
  headers: KernelHeaders,
  driver: DriverDescription,
  options: ModulesPackageOptions,
): Promise<StagedPackage> {
  const { release } = headers;
  const { timestamp, initramfs = 'never', dkmsRelation = 'coexist' } = options;
  const { name, version, fileName } = modulesIdentity(build.conf.name, headers, driver);
  const tree = new StagedTree(timestamp);
  const directory = `${headers.moduleDirectory.slice(1)}/${release}/updates`;
  for (const module of build.modules) {
    tree.addFile(`${directory}/${module.name}`, { bytes: await readFile(module.file) });
  }
  await stageDocuments(
    tree,
    { name, version, driver, timestamp },
    changeForKernel(driver, headers),
  );
  const data = { package: name, moduleDirectory: headers.moduleDirectory, release };
  tree.addFile(`usr/share/lintian/overrides/${name}`, {
    bytes: Buffer.from(
      renderTemplate('package/modules-lintian-overrides', { ...data, long: isLong(name, version) }),
    ),
  });
  const conffiles = stageDkmsGuard(tree, data, build);
  tree.addFile(`usr/share/${name}/build.json`, {
    bytes: Buffer.from(buildRecord(build, headers, driver)),
  });
  // The names that the modules have in /sys/module.
  const loaded = build.modules.map((module) => moduleName(module.name));
  const script = (script: string, more = ''): ControlMember => ({
    name: script,
    bytes: Buffer.from(
      renderTemplate(`package/modules-${script}`, { ...data, name: build.conf.name, loaded }) +
        more,
    ),
    mode: 0o755,
  });
  const image = imageDependency(headers, options.kernelDependency, options.kernelPackage);
  const more = [
    ...(options.extra === undefined ? [] : [options.extra]),
    ...(options.common === true ? [commonDependency(build.conf.name, driver)] : []),
  ];
  const firmware = build.modules.flatMap((module) => module.firmware ?? []);
  const family = headers.family ?? familyOfRelease(release);
  const { packageVersion, sourcePackage = 'linux' } = headers;
  const dkms = relationToDkms(dkmsRelation, driver);
  const virtual = `${modulesVirtualName(build.conf.name)} (= ${driver.version})`;
  const fields: Field[] = [
    ['Package', name],
    ['Source', `${driver.source} (${driver.sourceVersion})`],
    ['Version', version],
    ['Architecture', headers.architecture],
    ['Maintainer', formatPerson(driver.maintainer)],
    ['Installed-Size', String(installedSize(tree))],
    ['Depends', ['kmod', ...(image ? [image] : []), ...more, ...otherModules(build)].join(', ')],
    ['Suggests', firmwarePackages(firmware, family).packages.join(', ')],
    ['Conflicts', dkms.conflicts],
    ['Provides', [virtual, ...dkms.provides].join(', ')],
    ['Static-Built-Using', packageVersion && `${sourcePackage} (= ${packageVersion})`],
    ['Section', 'kernel'],
    ['Priority', 'optional'],
    ['Homepage', driver.homepage],
    ['Description', describe(driver, build, release)],
    ['Kernel-Release', release],
    ['Kernel-Version', headers.packageVersion],
    ['Kernel-Abi', build.abi],
    ...buildKeyFields(options.buildKey),
    ['Module-Signers', moduleSigners(build.modules.flatMap(({ signed }) => signed?.signers ?? []))],
  ];
  const control: ControlMember[] = [
    plainMember('control', formatStanza(fields)),
    plainMember('md5sums', await md5sums(tree, { conffiles })),
    plainMember('conffiles', lines(conffiles)),
    script('postinst', await initramfsSnippet(initramfs, build.modules, release)),
    script('prerm'),
    script('postrm'),
  ];
  return { fileName, tree, control, timestamp };
}

/**
 * Returns the dependencies on packages with modules of BUILD_DEPENDS, in exactly the version with which the modules
 * were built. Another version may have other symbols, and without modversions the kernel would not notice the
 * difference.
 */
function otherModules({ dependencies }: ModuleBuild): string[] {
  return dependencies.flatMap((each) =>
    each.package === undefined ? [] : [`${each.package.name} (= ${each.package.version})`],
  );
}

/** Returns name, version and file name of the package with a driver's modules for one kernel. */
export function modulesIdentity(
  dkmsName: string,
  headers: Pick<KernelHeaders, 'release' | 'packageVersion' | 'architecture'>,
  driver: Pick<DriverDescription, 'version' | 'rebuild'>,
): { name: string; version: string; fileName: string } {
  const name = modulesPackageName(dkmsName, headers.release);
  const version = modulesVersion({ ...driver, kernelVersion: headers.packageVersion });
  return { name, version, fileName: debFileName(name, version, headers.architecture) };
}

function lines(paths: readonly string[]): string {
  return paths.map((path) => `${path}\n`).join('');
}

function describe(driver: DriverDescription, build: ModuleBuild, release: string): string {
  const modules = build.modules.map(({ name }) => moduleStem(name));
  const suffix = renderTemplate('package/modules-synopsis', { release }).trim();
  return formatDescription(withSuffix(driver.synopsis, ` (${suffix})`), [
    ...driver.paragraphs,
    renderTemplate('package/modules-description', {
      release,
      modules: modules.join(', '),
      several: modules.length > 1,
    }).trim(),
  ]);
}
