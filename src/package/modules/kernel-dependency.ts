/**
 * Whether a package of modules depends on the exact version of the kernel's package, or on its name
 * only: then the kernel may be rebuilt under the modules as long as its release stays.
 */
export const KERNEL_DEPENDENCIES = ['exact', 'name'] as const;
export type KernelDependency = (typeof KERNEL_DEPENDENCIES)[number];
