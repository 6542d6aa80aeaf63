/**
 * How a metapackage goes with new kernels (reference: prebuilt modules B.6): `lockstep` lets apt upgrade
 * the kernel only together with the modules, `loose` does not hold it, `fallback` is content with
 * `<name>-dkms` where there are no modules.
 */
export const META_KINDS = ['lockstep', 'loose', 'fallback'] as const;
export type MetaKind = (typeof META_KINDS)[number];
