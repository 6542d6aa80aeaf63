import { release } from 'node:os';
import { globExpression } from '../../system/files/glob.ts';

/** What is done with packages after they are built. */
export interface InstallChoice {
  /** `try`: apt only says what it would do; nothing is installed or loaded. */
  readonly mode: 'install' | 'try';
  /**
   * A pattern for the releases of the kernels whose modules are installed or tried; undefined for the running kernel.
   */
  readonly kernels: string | undefined;
  /** Whether a person is at the terminal, so that sudo and apt may ask questions. */
  readonly attended: boolean;
}

/** Returns a function that tells whether a kernel is chosen, and words for the chosen kernels. */
export function chosenKernels({ kernels }: Pick<InstallChoice, 'kernels'>): {
  matches(kernel: string): boolean;
  readonly described: string;
} {
  if (kernels === undefined) {
    const running = release();
    return { matches: (kernel) => kernel === running, described: `${running}, which runs here` };
  }
  const expression = globExpression(kernels);
  return { matches: (kernel) => expression.test(kernel), described: kernels };
}
