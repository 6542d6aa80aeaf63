import type { KernelHeaders } from './headers.ts';

/** A kernel that an archive offers, as the package lists describe it. Its headers need not be on this machine yet. */
export interface RemoteKernel {
  /** The release of the kernel (`uname -r`). Undefined if only the contents of the packages show it. */
  readonly release: string | undefined;
  readonly architecture: string;
  readonly machine: string;
  readonly packageVersion: string;
  readonly flavour: string;
  /** Fetches the headers only. They are enough to read, not to compile. */
  fetch(): Promise<KernelHeaders>;
  /**
   * Fetches the headers and the compiler. If the headers are on this machine already, `check` is called with them
   * before the compiler is fetched; it throws if the modules will not be built.
   */
  prepare(check?: HeadersCheck): Promise<KernelHeaders>;
}

export type HeadersCheck = (headers: KernelHeaders) => Promise<void>;
