import type { DkmsConf } from '../../dkms/conf/conf.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { ModuleSigner } from '../sign/module-signer.ts';
import type { BuildDependency } from './build-dependency.ts';

/** A driver and a kernel to build it for. */
export interface ModuleBuildRequest {
  /** The driver's source tree, which is not changed. */
  readonly sourceDirectory: string;
  /** The driver's tree, for messages. Set if `sourceDirectory` is this tree, or a copy of a part of this tree. */
  readonly tree?: string | undefined;
  /** The files of the tree that are source; by default those of listSourceTree. */
  readonly sourceEntries?: readonly SourceEntry[];
  readonly confFile: string;
  readonly headers: KernelHeaders;
  /** The number of jobs, for `make -j`. */
  readonly jobs: number;
  readonly reporter: Reporter;
  /**
   * The value of SOURCE_DATE_EPOCH, in seconds since 1970. The compiler uses it for __DATE__ and __TIME__. If
   * undefined, the variable is not set.
   */
  readonly timestamp?: number;
  /** Whether the cache of builds is used. */
  readonly cache?: boolean;
  /** Whether to keep the debug data that strip removes from the modules. */
  readonly debug?: boolean;
  /** The paths in which the modules of drivers in BUILD_DEPENDS are searched (findBuildDependencies). */
  readonly symvers?: readonly string[];
  /** Signs the modules. If undefined, they stay unsigned. */
  readonly signer?: ModuleSigner | undefined;
  /**
   * This function is called before anything is compiled, unless the modules are in the cache. If it throws an error,
   * nothing is compiled.
   */
  readonly beforeCompiling?: (
    conf: DkmsConf,
    dependencies: readonly BuildDependency[],
  ) => Promise<void>;
}
