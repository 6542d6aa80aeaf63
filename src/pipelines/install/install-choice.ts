import { release } from 'node:os';
import { globExpression } from '../../system/files/glob.ts';

/** What is done with packages after they are built. */
export interface InstallChoice {
  /** `try`: apt only says what it would do; nothing is installed or loaded. */
  readonly mode: 'install' | 'try';
  /** A pattern for the releases of kernels whose modules are meant; unset for the running kernel. */
  readonly kernels: string | undefined;
  /** Whether somebody sits at the terminal, whom sudo and apt may ask. */
  readonly attended: boolean;
}

/** Returns a function that tells whether the modules of a kernel are meant, and words for the meant kernels. */
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
