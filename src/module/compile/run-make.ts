import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import type { ModuleRecord } from '../../dkms/conf/modules.ts';
import type { DkmsVariables } from '../../dkms/conf/shell-of-dkms.ts';
import { kbuildBranchOf } from '../../dkms/source/kbuild-branch.ts';
import { EXIT, ModuleBuildError } from '../../errors.ts';
import type { Toolchain } from '../../kernel/compiler.ts';
import type { Reporter } from '../../report/reporter.ts';
import { listFiles } from '../../system/files/walk-tree.ts';
import { temporaryParent } from '../../system/process/cleanup.ts';
import { errorsOf } from './make-log.ts';
import { runInDkmsShell, type ShellOptions } from './run-in-dkms-shell.ts';
import { watchMake } from './watch-make.ts';

/**
 * Returns the command that DKMS would run: MAKE, or DKMS's default. For a kernel compiled by clang, ` LLVM=1` is
 * added at the end (` LLVM=-14` if only clang-14 is installed). Only if the command begins with `make`, `-jN
 * KERNELRELEASE=…` is inserted (dkms.in v3.4.3).
 */
export function makeCommand(
  conf: Pick<DkmsConf, 'make'>,
  variables: DkmsVariables,
  toolchain: Pick<Toolchain, 'clang' | 'llvm'>,
  jobs: number,
): string {
  const generic = `make -C ${variables.kernel_source_dir} M=${variables.dkms_tree}/${variables.module}/${variables.module_version}/build`;
  const command =
    (conf.make ?? generic) + (toolchain.clang ? ` LLVM=${toolchain.llvm ?? '1'}` : '');
  return command.replace(/^make/, `make -j${jobs} KERNELRELEASE=${variables.kernelver}`);
}

/**
 * Runs make and reports its progress. Throws ModuleBuildError `make-failed` (exit status 10) with the errors in make's
 * output and the path of the log.
 */
export async function runMake(
  command: string,
  variables: DkmsVariables,
  options: ShellOptions,
  { expected, reporter }: { expected: number | undefined; reporter: Reporter },
): Promise<void> {
  const endWatch = watchMake({ ...options, expected, reporter });
  const result = await runInDkmsShell(command, variables, options).finally(endWatch);
  const output = options.readable(result.output);
  reporter.transcript(output);
  if (result.exitStatus === 0) return;
  throw new ModuleBuildError(
    'make-failed',
    EXIT.makeFailed,
    `make failed for kernel ${variables.kernelver} (${variables.arch}) with status ${result.exitStatus}`,
    {
      output: errorsOf(output),
      hint: `${roomHint(output)}${branchHint(command, options.cwd)}Read the whole log: ${options.logFile}`,
    },
  );
}

/**
 * If the build fails because DKMS adds KERNELRELEASE to the command, returns a hint; else ''. The lint rule
 * make-kbuild-branch finds the same mistake.
 */
function branchHint(command: string, directory: string): string {
  const make = command.replace(/^make -j\d+ KERNELRELEASE=\S+/, 'make');
  const makefile = kbuildBranchOf(make, (path) => {
    const file = join(directory, path);
    return existsSync(file) ? readFileSync(file, 'latin1') : undefined;
  });
  if (makefile === undefined) return '';
  return `Write MAKE="'make' …": DKMS adds KERNELRELEASE to a MAKE that begins with make, and ${makefile} then takes its branch for kbuild, which has no rule. `;
}

/** Returns a hint if the output shows that the disk is full, else ''. */
function roomHint(output: string): string {
  if (!output.includes('No space left on device')) return '';
  return `Set TMPDIR to a directory with free space: ${temporaryParent()} is full. `;
}

/**
 * Returns the path of a module that make should have built. If the module does not exist, throws ModuleBuildError
 * `module-missing` (exit status 7) with a list of the modules that were built.
 */
export async function findBuiltModule(
  buildDirectory: string,
  module: ModuleRecord,
  logFile: string,
  make = '',
): Promise<string> {
  const wanted = `${module.builtLocation}${module.builtName}.ko`;
  if (existsSync(join(buildDirectory, wanted))) return join(buildDirectory, wanted);
  const files = await listFiles(buildDirectory);
  const found = files.filter((file) => file.endsWith('.ko')).sort();
  throw new ModuleBuildError(
    'module-missing',
    EXIT.moduleMissing,
    `make succeeded but did not build ${wanted}`,
    {
      output: found.length === 0 ? [] : ['built instead:', ...found.map((file) => `  ${file}`)],
      hint: `${branchHint(make, buildDirectory) || 'Set BUILT_MODULE_NAME and BUILT_MODULE_LOCATION to what kbuild makes. '}Read the whole log: ${logFile}`,
    },
  );
}
