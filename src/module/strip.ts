import { run } from '../system/run.ts';

/** Takes the debug data out of a module as DKMS does: `strip -g`, or llvm's for a clang kernel. */
export async function stripModule(file: string, compiler: string | undefined): Promise<void> {
  await run(compiler === 'clang' ? 'llvm-strip' : 'strip', ['-g', file]);
}
