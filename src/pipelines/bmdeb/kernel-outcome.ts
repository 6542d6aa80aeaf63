import { DkmsDebError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { refusalOf } from '../../system/process/refusal.ts';

/** What became of one kernel. */
export interface KernelOutcome {
  readonly release: string;
  /** Undefined where there are none. */
  readonly headers?: KernelHeaders | undefined;
  readonly status: 'built' | 'excluded' | 'failed';
  /** From the search for its headers to the written packages. */
  readonly seconds: number;
  /** Of a kernel that was built. */
  readonly dkmsName?: string;
  readonly file?: string;
  readonly dbgsym?: string;
  readonly modules?: readonly string[];
  readonly error?: DkmsDebError;
}

/** What became of one metapackage; `missing`: the modules that it would lead to were not built. */
export interface MetaOutcome {
  readonly flavour: string;
  /** Of the newest kernel of the flavour; the architecture is '' where nothing tells it. */
  readonly release: string;
  readonly architecture: string;
  readonly status: 'built' | 'missing' | 'failed';
  readonly file?: string;
  readonly error?: DkmsDebError;
}

/**
 * What is the failure of one kernel or of one metapackage; anything else is thrown. A full disk, too: the
 * others may need less.
 */
export function knownError(error: unknown): DkmsDebError {
  const known = error instanceof DkmsDebError ? error : refusalOf(error);
  if (known === undefined) throw error;
  return known;
}
