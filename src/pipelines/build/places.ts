import { DkmsDebError } from '../../errors.ts';
import { refusalOf } from '../../system/process/refusal.ts';

/**
 * Runs `work`; an error that speaks of a private copy is passed on speaking of the original.
 * `copies`: pairs of a copy's path and the path it stands for.
 */
export async function withOriginalPlaces<T>(
  copies: readonly (readonly [copy: string, original: string])[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const original = (text: string) =>
      copies.reduce((said, [copy, path]) => said.replaceAll(copy, path), text);
    if (!(error instanceof DkmsDebError)) throw refusalOf(error, original) ?? error;
    const { code, exitStatus, hint, where, output, cause } = error;
    const told = original(JSON.stringify([error.message, where?.file, output]));
    if (told === JSON.stringify([error.message, where?.file, output])) throw error;
    throw new DkmsDebError(code, exitStatus, original(error.message), {
      output: output.map(original),
      cause,
      ...(hint === undefined ? {} : { hint }),
      ...(where === undefined ? {} : { where: { ...where, file: original(where.file) } }),
    });
  }
}
