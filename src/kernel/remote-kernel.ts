import type { KernelHeaders } from './headers.ts';

/** A kernel of an archive, whose headers may not be on this machine yet: what the package lists tell about it. */
export interface RemoteKernel {
  /** `uname -r`; undefined if only the packages tell it. */
  readonly release: string | undefined;
  readonly architecture: string;
  readonly machine: string;
  readonly packageVersion: string;
  readonly flavour: string;
  /**
   * Fetches the headers and the compiler. If the headers are on this machine already, `check` is called with them
   * before the compiler is fetched; it throws if the modules will not be built.
   */
  prepare(check?: HeadersCheck): Promise<KernelHeaders>;
}

export type HeadersCheck = (headers: KernelHeaders) => Promise<void>;
