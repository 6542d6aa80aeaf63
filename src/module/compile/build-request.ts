import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { ModuleSigner } from '../sign/module-signer.ts';

/** A driver and a kernel to build it for. */
export interface ModuleBuildRequest {
  /** The driver's source tree, which is not changed. */
  readonly sourceDirectory: string;
  /** The files of the tree that are source; by default those of listSourceTree. */
  readonly sourceEntries?: readonly SourceEntry[];
  readonly confFile: string;
  readonly headers: KernelHeaders;
  /** Number of jobs for `make -j`. */
  readonly jobs: number;
  readonly reporter: Reporter;
  /** SOURCE_DATE_EPOCH in seconds, the value of __DATE__ and __TIME__. */
  readonly timestamp?: number;
  /** Whether to use the build cache. */
  readonly cache?: boolean;
  /** Whether to keep the debug data that strip removes from the modules. */
  readonly debug?: boolean;
  /** Where to look for the modules of BUILD_DEPENDS (findBuildDependencies). */
  readonly symvers?: readonly string[];
  /** Signs the modules; undefined leaves them unsigned. */
  readonly signer?: ModuleSigner | undefined;
}
