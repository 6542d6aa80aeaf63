import { KernelError, UsageError } from '../../errors.ts';

/**
 * Calls `work`. If an error of `work` is about one of the names, which the user wrote in `file`, the error names the
 * file. Names are those of suites, architectures, flavours and kernels.
 */
export async function placeInConfig<T>(
  file: string | undefined,
  names: readonly string[],
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isAboutNames =
      error instanceof UsageError ||
      (error instanceof KernelError && error.code === 'no-kernel-matches');
    if (file === undefined || !isAboutNames || error.where !== undefined) throw error;
    const { code, message, hint } = error;
    if (!names.some((name) => message.includes(name))) throw error;
    const details = { where: { file }, ...(hint !== undefined && { hint }), cause: error };
    if (error instanceof UsageError) throw new UsageError(message, details);
    throw new KernelError(code, message, details);
  }
}
