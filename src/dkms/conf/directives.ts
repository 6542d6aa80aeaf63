/** Directives that name scripts. DKMS runs a script before or after it adds, builds, installs or removes the driver. */
export const HOOKS = [
  'POST_ADD',
  'POST_BUILD',
  'POST_INSTALL',
  'POST_REMOVE',
  'PRE_BUILD',
  'PRE_INSTALL',
] as const;

/** The directives of HOOKS that DKMS runs when the driver is added, installed or removed, not when it is built. */
export const INSTALL_HOOKS = ['POST_ADD', 'PRE_INSTALL', 'POST_INSTALL', 'POST_REMOVE'] as const;

/** Directives without any effect since DKMS 2.8.8 (commit 961f9ce). */
const DEAD_DIRECTIVES = [
  'REMAKE_INITRD',
  'MODULES_CONF',
  'MODULES_CONF_OBSOLETES',
  'MODULES_CONF_ALIAS_TYPE',
  'MODULES_CONF_OBSOLETE_ONLY',
] as const;

/**
 * The directives that DKMS reads from dkms.conf (dkms.in v3.4.3, dkms_conf_variables). They are in
 * DKMS's order, because the second expansion of a value can use only the directives before it.
 */
export const DIRECTIVES = [
  'PACKAGE_NAME',
  'PACKAGE_VERSION',
  ...HOOKS,
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
  ...DEAD_DIRECTIVES,
] as const;

export type Directive = (typeof DIRECTIVES)[number];

/** Is `name` a directive that DKMS reads from dkms.conf? */
export function isDirective(name: string): name is Directive {
  return (DIRECTIVES as readonly string[]).includes(name);
}

/** Whether `name` is a directive that has no effect any more. DKMS only reports it as deprecated. */
export function isDead(name: string): boolean {
  return (DEAD_DIRECTIVES as readonly string[]).includes(name);
}

/** Directives that must be yes or no (dkms.in, check_yes_no_value). */
export const YES_NO_DIRECTIVES = [
  'AUTOINSTALL',
  'NO_WEAK_MODULES',
  'BUILD_DEPENDS_REBUILD',
] as const satisfies readonly Directive[];

/** Directives that DKMS reads as $NAME, not as an array (dkms.in, read_conf). */
export const SCALAR_DIRECTIVES = [
  'PACKAGE_NAME',
  'PACKAGE_VERSION',
  ...HOOKS,
  ...YES_NO_DIRECTIVES,
  'OBSOLETE_BY',
  'CLEAN',
] as const satisfies readonly Directive[];

/** Directives whose values are regular expressions, each with the variable that DKMS matches against it. */
export const MATCHED_DIRECTIVES = {
  MAKE_MATCH: 'kernelver',
  PATCH_MATCH: 'kernelver',
  BUILD_EXCLUSIVE_KERNEL: 'kernelver',
  BUILD_EXCLUSIVE_ARCH: 'arch',
} as const satisfies Partial<Record<Directive, 'kernelver' | 'arch'>>;
