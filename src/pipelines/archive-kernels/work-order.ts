import type { StoredKernel } from '../../archives/kernels/archive-kernel.ts';

/** What the order of kernels depends on. */
export interface WorkOrder {
  /** Whether the store has a package. */
  isStored(sha256: string): boolean;
  /**
   * Returns a key for the compiler that is fetched with a kernel. Kernels with the same key share the compiler. Kernels
   * with an unknown compiler share a key, too. Undefined if the store has all packages of the headers.
   */
  missingCompiler(kernel: StoredKernel): string | undefined;
}

/**
 * The approximate size in bytes of a compiler and of all packages that it needs. For gcc-16 and pahole of sid, 63 MB
 * are fetched.
 */
const COMPILER_BYTES = 65e6;

/**
 * Returns kernels in the order in which they are fetched and built. The next kernel is always the one for which the
 * fewest bytes must be fetched, if the packages of the kernels before it are there already. So kernels of the store
 * come first, and kernels with the same -common headers follow each other. Compiling takes about the same time for each
 * kernel, so with this order the compiler waits least for downloads (Johnson's rule for two machines).
 */
export function workOrder(
  kernels: readonly StoredKernel[],
  { isStored, missingCompiler }: WorkOrder,
): StoredKernel[] {
  const there = new Set<string>();
  const left = new Set(kernels);
  const bytesOf = (kernel: StoredKernel) => {
    const compiler = missingCompiler(kernel);
    const parts = kernel.parts.filter(({ sha256 }) => !there.has(sha256) && !isStored(sha256));
    return (
      parts.reduce((sum, { size }) => sum + size, 0) +
      (compiler === undefined || there.has(compiler) ? 0 : COMPILER_BYTES)
    );
  };
  const order: StoredKernel[] = [];
  while (left.size > 0) {
    let next: StoredKernel | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const kernel of left) {
      const bytes = bytesOf(kernel);
      if (bytes < fewest || next === undefined) [next, fewest] = [kernel, bytes];
    }
    if (next === undefined) break;
    left.delete(next);
    order.push(next);
    for (const { sha256 } of next.parts) there.add(sha256);
    const compiler = missingCompiler(next);
    if (compiler !== undefined) there.add(compiler);
  }
  return order;
}
