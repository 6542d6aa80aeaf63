import { KernelError, UsageError } from '../../errors.ts';
import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';

/** Names of suites, architectures, flavours and kernels, by the place where the user wrote them. */
export interface PlacedNames {
  readonly inFile: readonly string[];
  readonly onCommandLine: readonly string[];
}

/**
 * Calls `work`. If an error of `work` is about a name in `file`, and about no name on the command line, throws the
 * error with `file` as its place. Throws all other errors unchanged.
 */
export async function placeInConfig<T>(
  file: string | undefined,
  { inFile, onCommandLine }: PlacedNames,
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
    const isNamed = (name: string) => hasWord(message, name);
    if (!inFile.some(isNamed) || onCommandLine.some(isNamed)) throw error;
    const details = { where: { file }, ...(hint !== undefined && { hint }), cause: error };
    if (error instanceof UsageError) throw new UsageError(message, details);
    throw new KernelError(code, message, details);
  }
}

/**
 * Whether a message contains a name as a whole word. For example, `no kernel of the chosen suites matches "9.9-amd64"`
 * does not contain the word amd64.
 */
function hasWord(message: string, name: string): boolean {
  const own = escapeRegExp(name);
  return new RegExp(String.raw`(?<![^\s"'(])${own}(?![^\s"'),;:])`).test(message);
}
