import type { TarType } from './tar-reader.ts';

/**
 * Gives the type (file, directory, link …) of each path in a package. Both a StagedTree and UnpackRules have this form.
 */
export interface PackedPaths {
  get(path: string): { readonly type: TarType } | undefined;
}
