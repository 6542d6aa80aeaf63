import { DkmsDebError } from '../../errors.ts';
import { refusalOf } from '../../system/process/refusal.ts';

/**
 * Runs `work`. In the errors that it throws, replaces each path of a private copy by the original path. `copies` are
 * pairs of both paths. Errors of the operating system become SystemErrors.
 */
export async function withOriginalPlaces<T>(
  copies: readonly (readonly [copy: string, original: string])[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const original = (text: string) =>
      copies.reduce((result, [copy, path]) => result.replaceAll(copy, path), text);
    if (!(error instanceof DkmsDebError)) throw refusalOf(error, original) ?? error;
    const { code, exitStatus, hint, where, output, cause } = error;
    const before = JSON.stringify([error.message, hint, where?.file, output]);
    if (original(before) === before) throw error;
    throw new DkmsDebError(code, exitStatus, original(error.message), {
      output: output.map(original),
      cause,
      ...(hint === undefined ? {} : { hint: original(hint) }),
      ...(where === undefined ? {} : { where: { ...where, file: original(where.file) } }),
    });
  }
}
