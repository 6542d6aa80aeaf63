/**
 * What a package of modules says of the package with the source (`<name>-dkms`; reference: prebuilt modules B.5): nothing, as both live
 * side by side; that it cannot be there too; or that it takes its place, as Ubuntu's kernels do.
 */
export const DKMS_RELATIONS = ['coexist', 'conflicts', 'provides'] as const;
export type DkmsRelation = (typeof DKMS_RELATIONS)[number];

/** Conflicts, and what else is provided. */
export function relationToDkms(
  relation: DkmsRelation,
  { dkmsPackage, version }: { readonly dkmsPackage: string; readonly version: string },
): { conflicts: string | undefined; provides: string[] } {
  return {
    conflicts: relation === 'conflicts' ? dkmsPackage : undefined,
    provides: relation === 'provides' ? [`${dkmsPackage} (= ${version})`] : [],
  };
}
