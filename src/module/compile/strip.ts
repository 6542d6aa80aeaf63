import { type BinutilsOf, binutil } from '../../kernel/compiler.ts';
import { run } from '../../system/process/run.ts';

/** Takes the debug data out of a module as DKMS does: `strip -g`, or llvm's for a clang kernel. */
export async function stripModule(file: string, toolchain: BinutilsOf): Promise<void> {
  await run(binutil('strip', toolchain), ['-g', file]);
}
