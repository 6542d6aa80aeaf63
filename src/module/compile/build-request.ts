import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { ModuleSigner } from '../sign/signing.ts';

/** A driver and a kernel to build it for. */
export interface ModuleBuildRequest {
  /** The driver's source tree; only read. */
  readonly sourceDirectory: string;
  /** What in it is the source, the same for every kernel; default: listSourceTree's. */
  readonly sourceEntries?: readonly SourceEntry[];
  readonly confFile: string;
  readonly headers: KernelHeaders;
  /** Number of jobs for `make -j`. */
  readonly jobs: number;
  readonly reporter: Reporter;
  /** Seconds; what __DATE__ and __TIME__ become (SOURCE_DATE_EPOCH). */
  readonly timestamp?: number;
  /** Whether a build of the same input may come from, and goes into, the cache. */
  readonly cache?: boolean;
  /** Whether the debug data are wanted that strip takes out of the modules. */
  readonly debug?: boolean;
  /** Where the modules of BUILD_DEPENDS may be found (findBuildDependencies). */
  readonly symvers?: readonly string[];
  /** Who signs the modules; undefined: nobody. */
  readonly signer?: ModuleSigner | undefined;
  readonly signal?: AbortSignal;
}
