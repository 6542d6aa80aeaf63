import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import type { ModuleRecord } from '../../dkms/conf/modules.ts';
import type { DkmsVariables } from '../../dkms/conf/shell-of-dkms.ts';
import { kbuildBranchOf } from '../../dkms/source/kbuild-branch.ts';
import { EXIT, ModuleBuildError } from '../../errors.ts';
import type { Toolchain } from '../../kernel/compiler.ts';
import { listFiles } from '../../system/files/walk-tree.ts';
import { temporaryParent } from '../../system/process/cleanup.ts';
import { lastLines } from '../../system/process/run.ts';
import { runInDkmsShell, type ShellOptions } from './shell.ts';

/**
 * The command DKMS would run: MAKE or its generic one, ` LLVM=1` behind it for a kernel made with
 * clang (`-14` where only clang-14 is there), and `-jN KERNELRELEASE=…` put in only where the string begins with `make` (dkms.in v3.4.3).
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

/** Runs make. ModuleBuildError `make-failed` (10) with the last lines and the path of the log. */
export async function compile(
  command: string,
  variables: DkmsVariables,
  options: ShellOptions,
): Promise<void> {
  const result = await runInDkmsShell(command, variables, options);
  if (result.exitStatus === 0) return;
  throw new ModuleBuildError(
    'make-failed',
    EXIT.makeFailed,
    `make failed for kernel ${variables.kernelver} (${variables.arch}) with status ${result.exitStatus}`,
    {
      output: relevantLines(result.output),
      hint: `${roomHint(result.output)}${branchHint(command, options.cwd)}The whole log: ${options.logFile}`,
    },
  );
}

/** Where DKMS's own KERNELRELEASE is what goes wrong, as lint tells it, too (make-kbuild-branch). */
function branchHint(command: string, directory: string): string {
  const make = command.replace(/^make -j\d+ KERNELRELEASE=\S+/, 'make');
  const makefile = kbuildBranchOf(make, (path) => {
    const file = join(directory, path);
    return existsSync(file) ? readFileSync(file, 'latin1') : undefined;
  });
  if (makefile === undefined) return '';
  return `DKMS adds KERNELRELEASE to a MAKE that begins with make, and ${makefile} then takes its branch for kbuild, which has no rule: quote it, MAKE="'make' …". `;
}

/** The compiler's own words for a full disk come once for each file. */
function roomHint(output: string): string {
  if (!output.includes('No space left on device')) return '';
  return `There is no room in ${temporaryParent()}: set TMPDIR to a directory that has some. `;
}

/** The first errors, then the end: with make -j the cause is often far above the last line. */
function relevantLines(output: string): string[] {
  const last = lastLines(output, 12);
  const errors = output
    .split('\n')
    .filter((line) => /\b(fatal )?error:|ERROR:/.test(line) && !last.includes(line));
  return [...errors.slice(0, 4), ...last];
}

/**
 * The path of a module that must be there after make. ModuleBuildError `module-missing` (7) that
 * lists the modules which did appear.
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
      hint: `${branchHint(make, buildDirectory) || 'Set BUILT_MODULE_NAME and BUILT_MODULE_LOCATION to what kbuild makes. '}The whole log: ${logFile}`,
    },
  );
}
