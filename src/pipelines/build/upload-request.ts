import type { Compression } from '../../archive/compression/compression.ts';
import type { UploadType } from '../../source/changes.ts';

/** The checked options of `build`. */
export interface BuildRequest {
  /** The absolute path of the source tree. */
  readonly directory: string;
  /** The absolute path of the output directory. */
  readonly output: string;
  readonly type: UploadType;
  /**
   * Whether debian/rules runs this build (--from-rules). If so, only the .deb is built, and registered in debian/files;
   * dpkg-buildpackage does the rest.
   */
  readonly fromRules: boolean;
  readonly dryRun: boolean;
  /** The key for gpg. '' means the key of the person in the changelog entry. Undefined if nothing is signed. */
  readonly sign: string | undefined;
  /** How many seconds one signature may take; undefined for the default. */
  readonly signTimeout: number | undefined;
  /** Whether the package gets a version that names the git commit (--snapshot). */
  readonly snapshot: boolean;
  /** Text that is appended to the version (--suffix). */
  readonly suffix: string | undefined;
  readonly distribution: string | undefined;
  /** Files with a private key that may be packed, relative to the tree. */
  readonly allowFiles: readonly string[];
  readonly compression: Compression;
}
