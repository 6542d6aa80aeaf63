import { ArchiveError, DkmsDebError, EXIT } from '../../errors.ts';
import { errorDocument } from '../../report/error-document.ts';
import type { Reporter } from '../../report/reporter.ts';

/**
 * The codes of errors about a single package. All errors of the class ArchiveError are about a single package, too. Any
 * other error, such as one about a key or a token, stops the run, so that a wrong PIN is not tried again.
 */
const OF_ONE: readonly string[] = [
  'hash-unknown',
  'package-mismatch',
  'signature-missing',
  'signature-malformed',
  'signature-wrong',
];

/** The result of forEachPackage for all packages together. */
export interface Worked<T> {
  readonly results: readonly T[];
  /** The exit status of the first package that failed. 0 if no package failed. */
  readonly exitStatus: number;
  /** The errors, in the form for the document of --json. Empty if no package failed. */
  readonly failed: { failed?: readonly unknown[] };
}

/**
 * Calls `work` for each package. A package that fails is reported, and does not stop the others. If there is only one
 * package, its error is thrown. Errors that are not about a single package are always thrown.
 */
export async function forEachPackage<T>(
  packages: readonly string[],
  reporter: Reporter,
  work: (file: string) => Promise<T>,
): Promise<Worked<T>> {
  const results: T[] = [];
  const errors: { file: string; error: DkmsDebError }[] = [];
  for (const file of packages) {
    try {
      results.push(await work(file));
    } catch (error) {
      const known = error instanceof DkmsDebError ? error : undefined;
      const ofOne = known instanceof ArchiveError || OF_ONE.includes(known?.code ?? '');
      if (known === undefined || !ofOne || packages.length === 1) throw error;
      reporter.failure(known, file);
      errors.push({ file, error: known });
    }
  }
  const failed = errors.map(({ file, error }) => ({ file, error: errorDocument(error) }));
  return {
    results,
    exitStatus: errors.length === 0 ? 0 : (errors[0]?.error.exitStatus ?? EXIT.failed),
    failed: failed.length === 0 ? {} : { failed },
  };
}
