/**
 * The directives DKMS takes out of dkms.conf (dkms.in v3.4.3, dkms_conf_variables), in DKMS's order:
 * in the second round of expansion a value sees only the directives before its own.
 */
export const DIRECTIVES = [
  'PACKAGE_NAME',
  'PACKAGE_VERSION',
  'POST_ADD',
  'POST_BUILD',
  'POST_INSTALL',
  'POST_REMOVE',
  'PRE_BUILD',
  'PRE_INSTALL',
  'BUILD_DEPENDS',
  'BUILD_EXCLUSIVE_ARCH',
  'BUILD_EXCLUSIVE_CONFIG',
  'BUILD_EXCLUSIVE_KERNEL',
  'BUILD_EXCLUSIVE_KERNEL_MIN',
  'BUILD_EXCLUSIVE_KERNEL_MAX',
  'MAKE',
  'MAKE_MATCH',
  'PATCH',
  'PATCH_MATCH',
  'BUILT_MODULE_NAME',
  'BUILT_MODULE_LOCATION',
  'DEST_MODULE_NAME',
  'DEST_MODULE_LOCATION',
  'STRIP',
  'AUTOINSTALL',
  'NO_WEAK_MODULES',
  'BUILD_DEPENDS_REBUILD',
  'OBSOLETE_BY',
  'CLEAN',
  'REMAKE_INITRD',
  'MODULES_CONF',
  'MODULES_CONF_OBSOLETES',
  'MODULES_CONF_ALIAS_TYPE',
  'MODULES_CONF_OBSOLETE_ONLY',
] as const;

export type Directive = (typeof DIRECTIVES)[number];

/** Directives whose values are regular expressions that DKMS holds against `$kernelver` or `$arch`. */
export const MATCHED_DIRECTIVES = {
  MAKE_MATCH: 'kernelver',
  PATCH_MATCH: 'kernelver',
  BUILD_EXCLUSIVE_KERNEL: 'kernelver',
  BUILD_EXCLUSIVE_ARCH: 'arch',
} as const satisfies Partial<Record<Directive, 'kernelver' | 'arch'>>;
