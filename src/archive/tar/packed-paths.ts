import type { TarType } from './tar-reader.ts';

/** The types of a package's paths. A staged tree and a read package both have them. */
export interface PackedPaths {
  get(path: string): { readonly type: TarType } | undefined;
}
