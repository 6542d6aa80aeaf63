import type { KernelHeaders } from '../kernel/headers.ts';
import { familyOfRelease } from '../kernel/kernel-family.ts';
import { debianRelease } from '../kernel/release.ts';
import type { KernelDependency } from './kernel-dependency.ts';

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
  const { release, config, packageVersion } = headers;
  const name = debianRelease(release);
  const family = headers.family ?? familyOfRelease(release);
  const loose = config.size === 0 || config.get('CONFIG_MODVERSIONS') === 'y';
  const exact = wish === undefined ? !loose || family === 'ubuntu' : wish === 'exact';
  const version = exact && packageVersion !== undefined ? ` (= ${packageVersion})` : '';
  const images = {
    proxmox: [`proxmox-kernel-${name}`, `proxmox-kernel-${name}-signed`],
    ubuntu: [`linux-image-${name}`, `linux-image-unsigned-${name}`],
    debian: [`linux-image-${name}`, `linux-image-${name}-unsigned`],
  }[family];
  return images.map((image) => image + version).join(' | ');
}

/** `+6.1.192-2`: makes a rebuild for the same release but another kernel build sort higher. */
export function kernelVersionPart(packageVersion: string | undefined): string {
  return packageVersion === undefined ? '' : `+${packageVersion.replace(/^\d+:/, '')}`;
}
