/** The directives DKMS takes out of dkms.conf (dkms.in v3.4.3, dkms_conf_variables). */
export const DIRECTIVES = [
  'PACKAGE_NAME',
  'PACKAGE_VERSION',
  'BUILT_MODULE_NAME',
  'BUILT_MODULE_LOCATION',
  'DEST_MODULE_NAME',
  'DEST_MODULE_LOCATION',
  'STRIP',
  'MAKE',
  'MAKE_MATCH',
  'CLEAN',
  'PATCH',
  'PATCH_MATCH',
  'AUTOINSTALL',
  'NO_WEAK_MODULES',
  'BUILD_DEPENDS',
  'BUILD_DEPENDS_REBUILD',
  'BUILD_EXCLUSIVE_KERNEL',
  'BUILD_EXCLUSIVE_KERNEL_MIN',
  'BUILD_EXCLUSIVE_KERNEL_MAX',
  'BUILD_EXCLUSIVE_ARCH',
  'BUILD_EXCLUSIVE_CONFIG',
  'OBSOLETE_BY',
  'PRE_BUILD',
  'POST_BUILD',
  'POST_ADD',
  'PRE_INSTALL',
  'POST_INSTALL',
  'POST_REMOVE',
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
