import { DkmsDebError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { RemoteKernel } from '../../kernel/remote-kernel.ts';
import type { BuildKey } from '../../package/modules/build-key.ts';
import type { DrivenDevices } from '../../package/modules/modaliases-field.ts';
import { refusalOf } from '../../system/process/refusal.ts';

/** The result of building for one kernel. */
export interface KernelOutcome {
  readonly release: string;
  /** The headers of the kernel. Undefined if none were found, or if the kernel was refused before they were checked. */
  readonly headers?: KernelHeaders | undefined;
  /** What the package lists of the archive tell about the kernel. Only set if no modules were built. */
  readonly remote?: RemoteKernel | undefined;
  readonly status: 'built' | 'excluded' | 'failed';
  /**
   * The seconds from the check of the headers until the packages are complete, or until the error. If the headers could
   * not be got, the seconds that this took.
   */
  readonly seconds: number;
  /** Whether the modules come from the cache. Set if `status` is 'built', but not for a dry run. */
  readonly cached?: boolean;
  /** PACKAGE_NAME of dkms.conf. Set if `status` is 'built'. */
  readonly dkmsName?: string;
  readonly file?: string;
  readonly dbgsym?: string;
  /** The package with the files for all kernels, if it was written. */
  readonly common?: string | undefined;
  readonly modules?: readonly string[];
  /** The devices that the modules drive. */
  readonly devices?: readonly DrivenDevices[];
  /** Unset for an RPM package, and for a dry run, which does not know the drivers of BUILD_DEPENDS. */
  readonly buildKey?: BuildKey;
  readonly error?: DkmsDebError;
}

/**
 * The result for one metapackage. `missing`: the metapackage was not written, because the build for the flavour's
 * newest kernel failed.
 */
export interface MetaOutcome {
  readonly flavour: string;
  /** The release of the flavour's newest kernel. */
  readonly release: string;
  /** The architecture of the flavour's newest kernel; '' if it is unknown. */
  readonly architecture: string;
  readonly status: 'built' | 'missing' | 'failed';
  readonly file?: string;
  readonly error?: DkmsDebError;
}

/**
 * Returns an error if it stops the work for only one kernel or metapackage. Throws any other error, which is a bug. A
 * full disk stops the work for only one kernel, because other kernels may need less space.
 */
export function knownError(error: unknown): DkmsDebError {
  const known = error instanceof DkmsDebError ? error : refusalOf(error);
  if (known === undefined) throw error;
  return known;
}
