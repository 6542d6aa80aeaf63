import { KernelError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { headersPackageOf } from '../../kernel/headers-hint.ts';
import { familyOfRelease } from '../../kernel/kernel-family.ts';
import { debianRelease, headersPackageName } from '../../kernel/release.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { KernelDependency } from './package-choices.ts';

/**
 * Returns the dependency on the kernel's image. Debian's signed and unsigned images conflict and do not provide each
 * other, so both are alternatives, as in Debian's headers packages. The version is exact for a kernel without
 * MODVERSIONS, where other builds are not safe, and for Ubuntu, where builds of two series have the same release.
 * `wish` overrides this, and `kernelPackage` the names. Undefined for `none`.
 */
export function imageDependency(
  headers: Pick<KernelHeaders, 'release' | 'config' | 'packageVersion' | 'family'>,
  wish?: KernelDependency,
  kernelPackage?: string,
): string | undefined {
  if (wish === 'none') return undefined;
  const { release, packageVersion } = headers;
  const name = debianRelease(release);
  const family = headers.family ?? familyOfRelease(release);
  const version =
    isExact(headers, wish) && packageVersion !== undefined ? ` (= ${packageVersion})` : '';
  const images = {
    proxmox: [`proxmox-kernel-${name}`, `proxmox-kernel-${name}-signed`],
    ubuntu: [`linux-image-${name}`, `linux-image-unsigned-${name}`],
    debian: armbianImage(release) ?? [`linux-image-${name}`, `linux-image-${name}-unsigned`],
  }[family];
  const names = kernelPackage === undefined ? images : [kernelPackage];
  return names.map((image) => image + version).join(' | ');
}

/** Returns Armbian's image, named after branch and board family: linux-image-current-rockchip64 for 6.6.16-current-rockchip64. */
function armbianImage(release: string): string[] | undefined {
  const headers = headersPackageOf(release);
  if (headers === headersPackageName(release)) return undefined;
  return [headers.replace('linux-headers-', 'linux-image-')];
}

/** Whether the modules are safe only with this exact build of the kernel. */
function isExact(
  headers: Pick<KernelHeaders, 'release' | 'config' | 'family'>,
  wish: KernelDependency | undefined,
): boolean {
  if (wish !== undefined) return wish === 'exact';
  const { release, config, family = familyOfRelease(release) } = headers;
  const loose = config.size === 0 || config.get('CONFIG_MODVERSIONS') === 'y';
  return !loose || family === 'ubuntu';
}

/**
 * Warns if the package should depend on the exact version of the kernel's package, but that is unknown. Throws
 * KernelError `no-kernel-version` if `wish` asks for it.
 */
export function checkKernelVersion(
  headers: Pick<
    KernelHeaders,
    'release' | 'config' | 'packageVersion' | 'family' | 'directory' | 'foundIn'
  >,
  wish: KernelDependency | undefined,
  reporter: Pick<Reporter, 'warn'>,
): void {
  if (headers.packageVersion !== undefined || !isExact(headers, wish)) return;
  const { release, directory, foundIn = directory } = headers;
  const unknown = `the package version of kernel ${release} is unknown`;
  if (wish === 'exact') {
    throw new KernelError('no-kernel-version', `${unknown}, but --kernel-dep exact needs it`, {
      where: { file: foundIn },
      hint: 'Unpack the headers package with its changelog, or use --kernel-dep name.',
    });
  }
  reporter.warn(
    `${unknown}, so the modules can be installed with any build of it, though only this build is safe`,
    'Unpack the headers package with its changelog, or use --kernel-dep name to accept this.',
  );
}

/** Returns a version suffix such as `+6.1.192-2`, so that modules for a newer build of the same release sort higher. */
export function kernelVersionPart(packageVersion: string | undefined): string {
  return packageVersion === undefined ? '' : `+${packageVersion.replace(/^\d+:/, '')}`;
}
