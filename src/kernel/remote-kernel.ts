import type { KernelHeaders } from './headers.ts';

/** A kernel in an archive, as the package lists describe it. Its headers need not be on this machine yet. */
export interface RemoteKernel {
  /** The release of the kernel (`uname -r`). Undefined if only the contents of the packages show it. */
  readonly release: string | undefined;
  readonly architecture: string;
  readonly machine: string;
  readonly packageVersion: string;
  readonly flavour: string;
  /** Fetches only the headers. They are enough to read facts, but not to compile. */
  fetch(): Promise<KernelHeaders>;
  /**
   * Fetches the headers and the compiler. If the headers are already on this machine, calls `check` with them before
   * the compiler is fetched, unless another kernel needs the same compiler. `check` throws an error if no modules will
   * be built.
   */
  prepare(check?: HeadersCheck): Promise<KernelHeaders>;
}

export type HeadersCheck = (headers: KernelHeaders) => Promise<void>;
