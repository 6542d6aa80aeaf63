import { DkmsDebError, SystemError } from '../../errors.ts';

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
    if (!(error instanceof DkmsDebError)) throw asSystemError(error, copies);
    const original = (text: string) =>
      copies.reduce((said, [copy, path]) => said.replaceAll(copy, path), text);
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

/** EACCES, ENOSPC … that no step has explained: where the operating system refused, and what. */
function asSystemError(
  error: unknown,
  copies: readonly (readonly [copy: string, original: string])[],
): unknown {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const file = copies.reduce((said, [copy, to]) => said.replaceAll(copy, to), path ?? '');
  return new SystemError('refused', `the system refuses to ${syscall} (${code})`, {
    ...(file === '' ? {} : { where: { file } }),
    hint: 'Look at its permissions, and at the room on the disk.',
    cause: error,
  });
}
