import { KernelError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { headersPackageOf, sourceOfRelease } from '../../kernel/headers-hint.ts';
import { familyOfRelease } from '../../kernel/kernel-family.ts';
import { debianRelease } from '../../kernel/release.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { KernelDependency } from './package-choices.ts';

/** The facts from which the dependency on a kernel's image follows. */
type ImageFacts = Pick<
  KernelHeaders,
  'release' | 'config' | 'packageVersion' | 'family' | 'headersPackage'
>;

/**
 * Returns the dependency on the kernel's image. Debian's signed and unsigned images conflict and do not provide each
 * other, so both are alternatives, as in Debian's headers packages. In three cases the dependency requires the exact
 * version: the kernel's configuration is known and lacks MODVERSIONS, so modules are not safe with another build of the
 * kernel; the kernel is Ubuntu's, where builds of two series have the same release; or the image has the same name for
 * all releases. `wish` overrides these cases, and `kernelPackage` replaces the names. If the version of the kernel's
 * package is unknown, no version is required (checkKernelVersion). Returns undefined if `wish` is `none`.
 */
export function imageDependency(
  headers: ImageFacts,
  wish?: KernelDependency,
  kernelPackage?: string,
): string | undefined {
  if (wish === 'none') return undefined;
  const { packageVersion } = headers;
  const version =
    isExact(headers, wish) && packageVersion !== undefined ? ` (= ${packageVersion})` : '';
  const names = kernelPackage === undefined ? imagesOf(headers) : [kernelPackage];
  return names.map((image) => image + version).join(' | ');
}

/** Returns the names that the image of a kernel may have. They follow from the name of its headers package. */
function imagesOf(headers: ImageFacts): string[] {
  const { release } = headers;
  const name = debianRelease(release);
  const own = headersOf(headers);
  if (own === 'raspberrypi-kernel-headers') return ['raspberrypi-kernel'];
  if (own.startsWith('pve-headers-')) return [`pve-kernel-${name}`];
  if (own.startsWith('proxmox-headers-')) {
    return [`proxmox-kernel-${name}`, `proxmox-kernel-${name}-signed`];
  }
  const image = own.replace('-headers-', '-image-');
  if (isConstant(headers)) return [image];
  if ((headers.family ?? familyOfRelease(release)) === 'ubuntu') {
    return [`linux-image-${name}`, `linux-image-unsigned-${name}`];
  }
  // The archives that sourceOfRelease knows have only one image for each kernel.
  return sourceOfRelease(release) === undefined ? [image, `${image}-unsigned`] : [image];
}

function headersOf({ release, headersPackage }: ImageFacts): string {
  return headersPackage ?? headersPackageOf(release);
}

/** Whether the kernel's packages have the same name for all releases, as Armbian's linux-headers-current-rockchip64. */
function isConstant(headers: ImageFacts): boolean {
  return !headersOf(headers).endsWith(`-${debianRelease(headers.release)}`);
}

/**
 * Whether the package must depend on exactly the build of the kernel for which the modules were built: because the user
 * chose so (`wish`), or because the modules are only safe with this build.
 */
function isExact(headers: ImageFacts, wish: KernelDependency | undefined): boolean {
  if (wish !== undefined) return wish === 'exact';
  const { release, config, family = familyOfRelease(release) } = headers;
  const loose = config.size === 0 || config.get('CONFIG_MODVERSIONS') === 'y';
  return !loose || family === 'ubuntu' || isConstant(headers);
}

/**
 * Warns if the package should depend on the exact version of the kernel's package, but this version is unknown. If the
 * user asked for such a dependency (`wish`), throws KernelError `no-kernel-version` instead.
 */
export function checkKernelVersion(
  headers: ImageFacts & Pick<KernelHeaders, 'directory' | 'foundIn'>,
  wish: KernelDependency | undefined,
  reporter: Pick<Reporter, 'warn'>,
): void {
  if (headers.packageVersion !== undefined || !isExact(headers, wish)) return;
  const { release, directory, foundIn = directory } = headers;
  const unknown = `the package version of kernel ${release} is unknown`;
  if (wish === 'exact') {
    throw new KernelError('no-kernel-version', `${unknown}, but --kernel-dep exact needs it`, {
      where: { file: foundIn },
      hint: 'Unpack the headers package with its changelog, or use bmdeb --kernel-dep name.',
    });
  }
  reporter.warn(
    `${unknown}, so the package can be installed with every build of this kernel, although its modules are only safe with the build for which they were compiled`,
    'Unpack the headers package with its changelog, or use bmdeb --kernel-dep name to accept every build of the kernel.',
  );
}

/**
 * Returns a suffix for the version, such as `+6.1.192-2`: the version of the kernel's package without its epoch; '' if
 * it is undefined. With this suffix, modules for a newer build of the same release have a higher version.
 */
export function kernelVersionPart(packageVersion: string | undefined): string {
  return packageVersion === undefined ? '' : `+${packageVersion.replace(/^\d+:/, '')}`;
}

/** The parts of the version of a package of modules. */
export interface ModulesVersion {
  /** The version of the driver. */
  readonly version: string;
  /** The version of the kernel's package. Undefined if the version of the package of modules does not contain it. */
  readonly kernelVersion: string | undefined;
  /** How often the same versions were built again with other input; undefined for the first build. */
  readonly rebuild?: number | undefined;
}

/**
 * Returns the version of a package of modules, such as `1.0-1+6.1.192-2+b1`. A rebuild gets the suffix of a binNMU
 * (Policy 5.6.12.1), because a published name and version must not get other contents.
 */
export function modulesVersion({ version, kernelVersion, rebuild }: ModulesVersion): string {
  return version + kernelVersionPart(kernelVersion) + (rebuild === undefined ? '' : `+b${rebuild}`);
}

/**
 * Splits a version that modulesVersion returned for a kernel with this package version. If the version does not contain
 * the kernel's version, returns the whole version as the version of the driver.
 */
export function splitModulesVersion(whole: string, kernelVersion: string): ModulesVersion {
  const part = kernelVersion === '' ? '' : kernelVersionPart(kernelVersion);
  if (part === '') return { version: whole, kernelVersion: undefined };
  if (whole.endsWith(part)) return { version: whole.slice(0, -part.length), kernelVersion };
  const [, first = '', rebuild] = /^(.+)\+b([1-9]\d*)$/.exec(whole) ?? [];
  if (!first.endsWith(part)) return { version: whole, kernelVersion: undefined };
  return { version: first.slice(0, -part.length), kernelVersion, rebuild: Number(rebuild) };
}
