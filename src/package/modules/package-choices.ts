/**
 * Whether installing the modules rebuilds the initramfs of their kernel. With `auto`, the initramfs is rebuilt if it
 * must contain one of the modules.
 */
export const INITRAMFS_CHOICES = ['never', 'auto', 'always'] as const;
export type InitramfsChoice = (typeof INITRAMFS_CHOICES)[number];

/**
 * How the modules depend on the kernel's package. `exact`: on its exact version. `name`: on any version, so the
 * kernel's package may be rebuilt as long as its release stays the same. `none`: not at all, for systems without a
 * package of the kernel (WSL2).
 */
export const KERNEL_DEPENDENCIES = ['exact', 'name', 'none'] as const;
export type KernelDependency = (typeof KERNEL_DEPENDENCIES)[number];

/**
 * The relation between a package of modules and the package `<name>-dkms`. `coexist`: both may be installed.
 * `conflicts`: only one of the two. `provides`: the modules replace `<name>-dkms`, as in Ubuntu's kernels.
 */
export const DKMS_RELATIONS = ['coexist', 'conflicts', 'provides'] as const;
export type DkmsRelation = (typeof DKMS_RELATIONS)[number];

/** The format of packages of compiled modules. `rpm` is experimental. */
export const PACKAGE_FORMATS = ['deb', 'rpm'] as const;
export type PackageFormat = (typeof PACKAGE_FORMATS)[number];

/**
 * What a metapackage does if there is a new kernel, but no modules for it yet. `lockstep` holds the kernel back.
 * `loose` lets apt upgrade the kernel. `fallback` lets apt install `<name>-dkms` instead of the modules.
 */
export const META_KINDS = ['lockstep', 'loose', 'fallback'] as const;
export type MetaKind = (typeof META_KINDS)[number];

/** The choices for the package with the modules of one kernel. */
export interface ModulesPackageChoices {
  readonly initramfs: InitramfsChoice;
  readonly dkmsRelation: DkmsRelation;
  /**
   * How the package depends on the kernel's package. By default the kernel's configuration, family and package names
   * decide (imageDependency).
   */
  readonly kernelDependency?: KernelDependency | undefined;
  /**
   * The name of the package with the kernel's image. By default it follows from the name of the headers package, the
   * distribution and the release (imageDependency).
   */
  readonly kernelPackage?: string | undefined;
}

/**
 * Returns the value of Conflicts for a package of modules, and what the package provides in addition to its virtual
 * name.
 */
export function relationToDkms(
  relation: DkmsRelation,
  { dkmsPackage, version }: { readonly dkmsPackage: string; readonly version: string },
): { conflicts: string | undefined; provides: string[] } {
  return {
    conflicts: relation === 'conflicts' ? dkmsPackage : undefined,
    provides: relation === 'provides' ? [`${dkmsPackage} (= ${version})`] : [],
  };
}
