import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { type Exports, readSymvers } from '../../kernel/symvers.ts';
import type { Reporter } from '../../report/reporter.ts';
import { walkTree } from '../../system/files/walk-tree.ts';
import { type ModuleFacts, moduleName, readModuleFacts } from '../format/module-facts.ts';
import { enumerate } from '../verify/finding.ts';
import type { BuildDependency } from './build-dependency.ts';
import { checkModule } from './check.ts';
import { modulesAbi } from './finish.ts';

/**
 * Checks all modules that were made in a build directory as checkModule does, and returns what they
 * need of the kernel (kernelAbi), and what beside it they were checked against. ModuleBuildError (10) for the first that the kernel would refuse.
 */
export async function checkModules(
  files: readonly string[],
  buildDirectory: string,
  headers: Pick<KernelHeaders, 'release' | 'machine' | 'config'>,
  exports: {
    readonly kernel: Exports;
    readonly dependencies: readonly BuildDependency[];
    /** When make began, in milliseconds: a Module.symvers before it is not of this build. */
    readonly since: number;
  },
  reporter: Reporter,
): Promise<{ abi: string; others: Exports }> {
  const modules = await Promise.all(
    files.map(async (file) => readModuleFacts(file, await readFile(file))),
  );
  const { kernel, dependencies, since } = exports;
  const tables = await tablesIn(buildDirectory, since);
  const own = new Map(modules.flatMap(({ elf }) => [...(elf?.exports ?? [])]));
  // What the source has brought serves only where nobody else exports the symbol: it may be of any kernel.
  const brought = [...tables.brought].filter(([symbol]) => !kernel.has(symbol));
  const others = new Map([
    ...brought,
    ...dependencies.flatMap((dependency) => [...dependency.exports]),
    ...tables.made,
    ...own,
  ]);
  for (const module of modules) checkModule(module, headers, { kernel, others }, reporter);
  const left = leftOut(modules, { kernel, own, made: tables.made, dependencies });
  if (left.length > 0) {
    reporter.warn(
      `the modules import from ${enumerate(left)}, which the driver builds and dkms.conf does not name: the kernel's own has other exports`,
      'Name it with BUILT_MODULE_NAME, or the modules will not load.',
    );
  }
  const abi = modulesAbi(modules, { get: (symbol) => others.get(symbol) ?? kernel.get(symbol) });
  return { abi, others };
}

/**
 * The tables that the driver's makes left below the build directory, what they `made` and what the
 * source had `brought`; both are there besides the modules' own word, as MAKE may clean up behind it.
 */
async function tablesIn(
  buildDirectory: string,
  since: number,
): Promise<{ made: Exports; brought: Exports }> {
  const made: string[] = [];
  const brought: string[] = [];
  for (const { name, path, type } of await walkTree(buildDirectory)) {
    // A link is another table's name, or leads out of the driver.
    if (name !== 'Module.symvers' || type !== 'file') continue;
    const file = join(buildDirectory, path);
    const { mtimeMs } = await stat(file);
    (mtimeMs >= since ? made : brought).push(file);
  }
  return { made: await readSymvers(...made), brought: await readSymvers(...brought) };
}

/** Modules that the driver builds, of which others import, that are not packed, and that the kernel has otherwise. */
function leftOut(
  modules: readonly ModuleFacts[],
  from: {
    readonly kernel: Exports;
    readonly own: Exports;
    readonly made: Exports;
    readonly dependencies: readonly BuildDependency[];
  },
): string[] {
  const owners = modules.flatMap(({ elf }) =>
    (elf?.imports ?? []).flatMap((symbol) => {
      const [made, kernels] = [from.made.get(symbol), from.kernel.get(symbol)];
      if (made === undefined || kernels === undefined || from.own.has(symbol)) return [];
      if (from.dependencies.some(({ exports }) => exports.has(symbol))) return [];
      return Number(made.crc) === Number(kernels.crc) ? [] : [moduleName(made.owner)];
    }),
  );
  return [...new Set(owners)].sort();
}
