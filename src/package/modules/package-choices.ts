/** Whether installing the modules rebuilds the initramfs of their kernel; `auto`: if a module belongs into it. */
export const INITRAMFS_CHOICES = ['never', 'auto', 'always'] as const;
export type InitramfsChoice = (typeof INITRAMFS_CHOICES)[number];

/**
 * Whether the modules depend on the exact version of the kernel's package, or only on its name. With `name`, the
 * kernel's package may be rebuilt, as long as its release stays the same. With `none`, they do not depend on a kernel:
 * for systems without a package of it (WSL2).
 */
export const KERNEL_DEPENDENCIES = ['exact', 'name', 'none'] as const;
export type KernelDependency = (typeof KERNEL_DEPENDENCIES)[number];

/**
 * The relation between the modules and the `<name>-dkms` package: both may be installed (`coexist`), only one of
 * them (`conflicts`), or the modules replace it (`provides`, as Ubuntu's kernels do).
 */
export const DKMS_RELATIONS = ['coexist', 'conflicts', 'provides'] as const;
export type DkmsRelation = (typeof DKMS_RELATIONS)[number];

/**
 * What a metapackage does about a new kernel without modules: `lockstep` holds the kernel back, `loose` lets apt
 * upgrade it, `fallback` lets apt install `<name>-dkms` instead of the modules.
 */
export const META_KINDS = ['lockstep', 'loose', 'fallback'] as const;
export type MetaKind = (typeof META_KINDS)[number];

/** The choices for the package with the modules of one kernel. */
export interface ModulesPackageChoices {
  readonly initramfs: InitramfsChoice;
  readonly dkmsRelation: DkmsRelation;
  /**
   * Whether the package depends on the exact version of the kernel's package. By default the kernel's configuration
   * decides.
   */
  readonly kernelDependency?: KernelDependency | undefined;
  /** The package of the kernel's image; by default its family and release determine the name. */
  readonly kernelPackage?: string | undefined;
}

/** Returns the Conflicts field of a package of modules, and what it provides beside its virtual name. */
export function relationToDkms(
  relation: DkmsRelation,
  { dkmsPackage, version }: { readonly dkmsPackage: string; readonly version: string },
): { conflicts: string | undefined; provides: string[] } {
  return {
    conflicts: relation === 'conflicts' ? dkmsPackage : undefined,
    provides: relation === 'provides' ? [`${dkmsPackage} (= ${version})`] : [],
  };
}
