import type { KernelHeaders } from '../kernel/headers.ts';

/**
 * The image that the modules are for. Debian's signed and unsigned images conflict and neither
 * provides the other, so both are named, as Debian's own headers do. Without MODVERSIONS only the
 * exact build of the kernel is safe (reference: prebuilt modules, facts 4 and B.3).
 */
export function imageDependency(
  headers: Pick<KernelHeaders, 'release' | 'config' | 'packageVersion'>,
): string {
  const { release, config, packageVersion } = headers;
  const name = release.toLowerCase().replaceAll('_', '-');
  const exact =
    packageVersion !== undefined && config.size > 0 && config.get('CONFIG_MODVERSIONS') !== 'y';
  const version = exact ? ` (= ${packageVersion})` : '';
  const images =
    release.startsWith('proxmox') || release.endsWith('-pve')
      ? [`proxmox-kernel-${name}`, `proxmox-kernel-${name}-signed`]
      : /-(generic|lowlatency|aws|azure|gcp|oracle|oem|kvm)(-64k)?$/.test(release)
        ? [`linux-image-${name}`, `linux-image-unsigned-${name}`]
        : [`linux-image-${name}`, `linux-image-${name}-unsigned`];
  return images.map((image) => image + version).join(' | ');
}

/** `+6.1.192-2`: makes a rebuild for the same release but another kernel build sort higher. */
export function kernelVersionPart(packageVersion: string | undefined): string {
  return packageVersion === undefined ? '' : `+${packageVersion.replace(/^\d+:/, '')}`;
}
