import type { TarType } from './tar-reader.ts';

/** What lies where in a package, be it staged or read. */
export interface PackedPaths {
  get(path: string): { readonly type: TarType } | undefined;
}
