import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, ModuleBuildError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { type Exports, readSymvers } from '../../kernel/symvers.ts';
import type { Reporter } from '../../report/reporter.ts';
import { walkTree } from '../../system/files/walk-tree.ts';
import { type ModuleFacts, readModuleFacts } from '../format/module-facts.ts';
import { moduleName } from '../format/module-path.ts';
import { enumerate } from '../verify/finding.ts';
import { verifyModule } from '../verify/verify-module.ts';
import type { BuildDependency } from './build-dependency.ts';
import { modulesAbi } from './finish-module.ts';

/** The codes of findings for which a kernel would refuse the module, each with a hint if it has a usual cause. */
export const FATAL_FINDINGS: Readonly<Record<string, string | undefined>> = {
  empty: undefined,
  'gpl-only-symbols':
    'Name a licence with MODULE_LICENSE that is compatible with the GPL, or do not use these symbols.',
  'no-crcs': 'Link the module with kbuild, whose modpost adds the CRCs.',
  'no-modinfo': undefined,
  'no-module': undefined,
  'no-this-module': 'Link the module with kbuild, whose modpost adds this section.',
  'no-vermagic': 'Link the module with kbuild, whose modpost adds the vermagic.',
  'unknown-symbols': 'Name in BUILD_DEPENDS the driver whose modules export these symbols.',
  'wrong-crcs': 'Check that the makefile uses the headers in $kernel_source_dir.',
  'wrong-machine': 'Check that the makefile calls the compiler that kbuild passes in $(CC).',
  'wrong-vermagic':
    'Check whether the makefile calls uname -r. Let it use $(KERNELRELEASE) instead, or pass $kernelver to it in MAKE.',
};

/**
 * Checks the modules of one build directory against their kernel. Returns their ABI (kernelAbi), and the exports with
 * which they were checked, without those of the kernel. Throws ModuleBuildError (exit status 10) for the first module
 * that the kernel would refuse.
 */
export async function checkModules(
  files: readonly string[],
  buildDirectory: string,
  headers: Pick<KernelHeaders, 'release' | 'machine' | 'config'>,
  exports: {
    readonly kernel: Exports;
    readonly dependencies: readonly BuildDependency[];
    /** When the build began, in milliseconds since 1970. An older Module.symvers came with the source. */
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
  // A Module.symvers that came with the source may be for any kernel, so it is used only for symbols that neither the
  // kernel, nor BUILD_DEPENDS, nor this build exports.
  const shipped = [...tables.shipped].filter(([symbol]) => !kernel.has(symbol));
  const others = new Map([
    ...shipped,
    ...dependencies.flatMap((dependency) => [...dependency.exports]),
    ...tables.made,
    ...own,
  ]);
  for (const module of modules) checkModule(module, headers, { kernel, others }, reporter);
  const left = unnamedOwners(modules, { kernel, own, made: tables.made, dependencies });
  if (left.length > 0) {
    reporter.warn(
      `the modules import symbols of ${enumerate(left)}, which the driver builds but dkms.conf does not name; the kernel has a module of the same name with other exports`,
      'Name each of these modules with BUILT_MODULE_NAME; otherwise the modules that import their symbols will not load.',
    );
  }
  const abi = modulesAbi(modules, { get: (symbol) => others.get(symbol) ?? kernel.get(symbol) });
  return { abi, others };
}

/**
 * Checks a built module against its kernel. Throws ModuleBuildError (exit status 10) for an error that keeps the kernel
 * from loading the module. For other errors it only warns, because DKMS builds such a module, too. `others` has the
 * exports of the driver's own modules and of BUILD_DEPENDS.
 */
export function checkModule(
  facts: ModuleFacts,
  headers: Pick<KernelHeaders, 'release' | 'machine' | 'config'>,
  exports: { readonly kernel: Exports; readonly others: Exports },
  reporter: Reporter,
): void {
  const { findings } = verifyModule(facts, {
    release: headers.release,
    machine: headers.machine,
    config: headers.config,
    exports: exports.kernel,
    otherExports: exports.others,
    otherModules: new Set([...exports.others.values()].map(({ owner }) => moduleName(owner))),
  });
  const name = facts.file;
  for (const { level, code, message } of findings) {
    // Unsigned modules are not an error here: they are signed later, and buildModules warns about modules that stay
    // unsigned.
    if (level !== 'error' || code === 'unsigned') continue;
    if (!(code in FATAL_FINDINGS)) {
      reporter.warn(`${name}: ${message}`);
      continue;
    }
    const hint = FATAL_FINDINGS[code];
    const details = hint === undefined ? {} : { hint };
    throw new ModuleBuildError(code, EXIT.makeFailed, `${name}: ${message}`, details);
  }
}

/**
 * Returns the exports in the Module.symvers files below the build directory: from the files `made` by this build, and
 * from the files `shipped` with the source.
 */
async function tablesIn(
  buildDirectory: string,
  since: number,
): Promise<{ made: Exports; shipped: Exports }> {
  const made: string[] = [];
  const shipped: string[] = [];
  for (const { name, path, type } of await walkTree(buildDirectory)) {
    // Symbolic links are skipped. Their target is another Module.symvers, which this loop finds by itself, or a
    // file outside of the driver.
    if (name !== 'Module.symvers' || type !== 'file') continue;
    const file = join(buildDirectory, path);
    const { mtimeMs } = await stat(file);
    (mtimeMs >= since ? made : shipped).push(file);
  }
  return { made: await readSymvers(...made), shipped: await readSymvers(...shipped) };
}

/**
 * Returns the names of modules that dkms.conf should name, but does not: the driver builds these modules, other modules
 * of the driver import their symbols, and the kernel's module of the same name has other exports.
 */
function unnamedOwners(
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
