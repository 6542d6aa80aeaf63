import { UsageError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { headersOf, selectKernels } from '../../kernel/select.ts';
import {
  type ArchiveChoice,
  selectArchiveKernels,
} from '../../pipelines/archive-kernels/select-archive-kernels.ts';
import type { Reporter } from '../../report/reporter.ts';

/**
 * Returns the headers of the kernel that -k (`patterns`) and the options for archives choose. Returns undefined if none
 * of these options is given. Does not fetch the compiler of the kernel. `scratch` is a temporary directory of this run.
 * Throws UsageError if the options choose several kernels. Throws the errors of selectKernels, selectArchiveKernels and
 * headersOf.
 */
export async function readOneKernel(
  archives: ArchiveChoice | undefined,
  patterns: readonly string[],
  scratch: string,
  reporter: Reporter,
): Promise<KernelHeaders | undefined> {
  if (archives === undefined && patterns.length === 0) return undefined;
  const kernels =
    archives === undefined
      ? await selectKernels({ patterns, all: false })
      : (await selectArchiveKernels(archives, scratch, reporter)).kernels;
  const [first, ...others] = kernels;
  if (first === undefined || others.length > 0) {
    const names = kernels.slice(0, 6).map(({ release }) => release);
    throw new UsageError(`one kernel is needed, but the options choose ${kernels.length}`, {
      hint: `Name one kernel with -k: ${names.join(', ')}${kernels.length > 6 ? ', …' : ''}`,
    });
  }
  return first.remote?.fetch() ?? headersOf(first);
}
