import { KernelError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { headersPackageOf } from '../../kernel/headers-hint.ts';
import { familyOfRelease } from '../../kernel/kernel-family.ts';
import { debianRelease, headersPackageName } from '../../kernel/release.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { KernelDependency } from './package-choices.ts';

/**
 * The image that the modules are for. Debian's signed and unsigned images conflict and neither
 * provides the other, so both are named, as Debian's own headers do. Without MODVERSIONS only the
 * exact build of the kernel is safe, and so with Ubuntu's, where builds of two series have one release
 * (reference: prebuilt modules, facts 4, A.2 and B.3). `wish` decides it otherwise.
 */
export function imageDependency(
  headers: Pick<KernelHeaders, 'release' | 'config' | 'packageVersion' | 'family'>,
  wish?: KernelDependency,
): string {
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
  return images.map((image) => image + version).join(' | ');
}

/** Armbian's packages are called after branch and board family: 6.6.16-current-rockchip64 is in linux-image-current-rockchip64. */
function armbianImage(release: string): string[] | undefined {
  const headers = headersPackageOf(release);
  if (headers === headersPackageName(release)) return undefined;
  return [headers.replace('linux-headers-', 'linux-image-')];
}

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
 * Says where the package should depend on the exact version of the kernel's packages and nothing tells
 * it: KernelError `no-kernel-version` where that was wished, else a warning.
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
  const unknown = `nothing tells the version of the packages of kernel ${release}`;
  if (wish === 'exact') {
    throw new KernelError('no-kernel-version', `${unknown}, which --kernel-dep exact asks for`, {
      where: { file: foundIn },
      hint: 'Take the headers out of their package, with its changelog, or choose --kernel-dep name.',
    });
  }
  reporter.warn(
    `${unknown}: its modules can be installed with any build of it, and only this one is safe`,
    'Take the headers out of their package, with its changelog; --kernel-dep name says that it is meant so.',
  );
}

/** `+6.1.192-2`: makes a rebuild for the same release but another kernel build sort higher. */
export function kernelVersionPart(packageVersion: string | undefined): string {
  return packageVersion === undefined ? '' : `+${packageVersion.replace(/^\d+:/, '')}`;
}
