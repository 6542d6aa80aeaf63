import type { TarType } from './tar-reader.ts';

/**
 * Gives the type (file, directory, link …) of each path in a package. A staged tree and a package that was read
 * both fit.
 */
export interface PackedPaths {
  get(path: string): { readonly type: TarType } | undefined;
}
