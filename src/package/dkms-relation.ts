import { dkmsPackageName } from '../dkms/names.ts';

/**
 * What a package of modules says of `<name>-dkms` (reference: prebuilt modules B.5): nothing, as both live
 * side by side; that it cannot be there too; or that it takes its place, as Ubuntu's kernels do.
 */
export const DKMS_RELATIONS = ['coexist', 'conflicts', 'provides'] as const;
export type DkmsRelation = (typeof DKMS_RELATIONS)[number];

/** Conflicts, and what else is provided. `version` is the driver's. */
export function relationToDkms(
  relation: DkmsRelation,
  dkmsName: string,
  version: string,
): { conflicts: string | undefined; provides: string[] } {
  const name = dkmsPackageName(dkmsName);
  return {
    conflicts: relation === 'conflicts' ? name : undefined,
    provides: relation === 'provides' ? [`${name} (= ${version})`] : [],
  };
}
