import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { KernelHeaders } from '../kernel/headers.ts';
import { type Exports, readSymvers } from '../kernel/symvers.ts';
import type { Reporter } from '../report/reporter.ts';
import { listFiles } from '../system/walk-tree.ts';
import type { BuildDependency } from './build-dependency.ts';
import { checkModule } from './check.ts';
import { modulesAbi } from './finish.ts';
import { type ModuleFacts, readModuleFacts } from './module-facts.ts';

/**
 * Checks all modules that were made in a build directory as checkModule does, and returns what they
 * need of the kernel (kernelAbi), and what beside it they were checked against. ModuleBuildError (10) for the first that the kernel would refuse.
 */
export async function checkModules(
  files: readonly string[],
  buildDirectory: string,
  headers: Pick<KernelHeaders, 'release' | 'machine' | 'config'>,
  exports: { readonly kernel: Exports; readonly dependencies: readonly BuildDependency[] },
  reporter: Reporter,
): Promise<{ abi: string; others: Exports }> {
  const modules = await Promise.all(
    files.map(async (file) => readModuleFacts(file, await readFile(file))),
  );
  const { kernel } = exports;
  const others = new Map([
    ...exports.dependencies.flatMap((dependency) => [...dependency.exports]),
    ...(await ownExports(buildDirectory, modules)),
  ]);
  for (const module of modules) checkModule(module, headers, { kernel, others }, reporter);
  const abi = modulesAbi(modules, { get: (symbol) => others.get(symbol) ?? kernel.get(symbol) });
  return { abi, others };
}

/**
 * What the driver's modules export to one another: every Module.symvers that its makes left, and the
 * modules themselves, where MAKE cleans up behind it.
 */
async function ownExports(
  buildDirectory: string,
  modules: readonly ModuleFacts[],
): Promise<Exports> {
  const files = await listFiles(buildDirectory);
  const tables = files.filter((file) => basename(file) === 'Module.symvers').sort();
  const exports = await readSymvers(...tables.map((file) => join(buildDirectory, file)));
  for (const { elf } of modules) {
    for (const [name, symbol] of elf?.exports ?? []) exports.set(name, symbol);
  }
  return exports;
}
