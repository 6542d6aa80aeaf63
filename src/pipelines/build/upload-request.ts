import type { Compression } from '../../archive/compression/compression.ts';
import type { UploadType } from '../../source/changes.ts';

/** What is to be built: the options, checked. */
export interface BuildRequest {
  readonly directory: string;
  readonly output: string;
  readonly type: UploadType;
  readonly fromRules: boolean;
  readonly dryRun: boolean;
  /** Undefined: not signed. Empty: the default key. */
  readonly sign: string | undefined;
  readonly snapshot: boolean;
  readonly distribution: string | undefined;
  readonly suffix: string | undefined;
  readonly allowFiles: readonly string[];
  readonly compression: Compression;
}
