import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { EXIT, ModuleBuildError, SystemError } from '../errors.ts';
import { cleanEnvironment } from '../system/process/clean-environment.ts';
import { findProgram } from '../system/process/find-program.ts';
import { installHint } from '../system/process/programs.ts';
import { run } from '../system/process/run.ts';
import { gnuTypeOf, kbuildArchitectureOf } from './architecture.ts';
import { hostArchitecture, type KernelHeaders, type KernelTools } from './headers.ts';

/**
 * The compiler and the other tools with which modules are built for a kernel. They are the tools that compiled the
 * kernel, if those tools are installed (see compilerMismatch).
 */
export interface Toolchain {
  /**
   * The value of CC in the environment of PRE_BUILD and make, as DKMS sets it. If undefined, kbuild chooses the
   * compiler.
   */
  readonly compiler: string | undefined;
  readonly clang: boolean;
  /**
   * The value of LLVM= for make, if the kernel was compiled with clang (Documentation/kbuild/llvm.rst). `-14` if only
   * clang-14 is installed. If unset for such a kernel, the value is `1`.
   */
  readonly llvm?: string;
  /** The value of LD. Set if the kernel was linked with lld and lld is installed. */
  readonly linker: string | undefined;
  /**
   * The prefix of the names of strip, objcopy and so on. `aarch64-linux-gnu-` for a foreign architecture, '' for the
   * architecture of this machine.
   */
  readonly prefix: string;
  /**
   * Variables for make: what kbuild needs for a foreign architecture, and PATH if the headers have their own tools.
   * Otherwise empty.
   */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Finds the compiler as DKMS does (dkms.in, do_build). There are three possibilities. A later one overrides an earlier
 * one: CC in `.kernelvariables`; the first word of CONFIG_CC_VERSION_TEXT, if this command exists; clang, if the kernel
 * was compiled with clang. For a foreign architecture the result is a cross compiler. Throws ModuleBuildError
 * `no-compiler` if the compiler, or lld for a kernel of clang, is not installed (exit status 10, as for a failed make),
 * and SystemError `tool-missing` if make is not installed.
 */
export async function findToolchain(headers: KernelHeaders): Promise<Toolchain> {
  const { config, architecture, tools } = headers;
  const isOnPath = (program: string) => findProgram(program, tools?.path) !== undefined;
  const host = await hostArchitecture();
  const prefix = host === architecture ? '' : `${gnuTypeOf(architecture)}-`;
  const environment = {
    ...(prefix !== '' && crossEnvironment(host, architecture)),
    ...pathOf(tools),
  };
  const named = config.get('CONFIG_CC_VERSION_TEXT')?.split(' ')[0];
  // CONFIG_CC_VERSION_TEXT names the compiler without a prefix if the kernel was compiled on its own architecture.
  const here = named && !named.startsWith(prefix) ? prefix + named : named;
  const variables = join(headers.directory, '.kernelvariables');
  let compiler: string | undefined;
  // The possibility that overrides the other is tried first, because that often saves a run of make.
  if (here && isOnPath(here)) compiler = here;
  else if (existsSync(variables)) {
    compiler = await compilerOfKernelVariables(variables, environment);
  }
  const clang = config.get('CONFIG_CC_IS_CLANG') === 'y';
  const llvm = clang ? findClang(config, isOnPath) : undefined;
  if (llvm !== undefined) compiler = `clang${llvm.suffix}`;
  const lld = `ld.lld${llvm?.suffix ?? ''}`;
  const linker = config.get('CONFIG_LD_IS_LLD') === 'y' && isOnPath(lld) ? lld : undefined;
  if (compiler === undefined && !clang && prefix !== '') compiler = `${prefix}gcc`;
  const wanted = compiler ?? (clang ? 'clang' : 'gcc');
  if (!isOnPath(wanted.split(' ')[0] ?? wanted)) {
    throw new ModuleBuildError(
      'no-compiler',
      EXIT.makeFailed,
      `kernel ${headers.release} is built with ${wanted}, which is not installed`,
      {
        hint: `Install ${wanted}: apt install ${packageOf(wanted, prefix)}`,
      },
    );
  }
  // If LLVM= is set, kbuild links modules with lld, even if the kernel itself was linked with another linker (Makefile,
  // LLVM).
  if (clang && !isOnPath(lld)) {
    throw new ModuleBuildError(
      'no-compiler',
      EXIT.makeFailed,
      `kernel ${headers.release} is built with clang, so its modules are linked with ${lld}, which is not installed`,
      { hint: `Install ${lld}: apt install lld${llvm?.suffix ?? ''} llvm${llvm?.suffix ?? ''}` },
    );
  }
  // make is checked here, because a shell runs it, and would only print "command not found".
  if (!isOnPath('make')) {
    throw new SystemError('tool-missing', 'make is not installed or cannot be run', {
      hint: installHint('make'),
    });
  }
  const suffix = llvm?.suffix ?? '';
  return { compiler, clang, ...(suffix && { llvm: suffix }), linker, prefix, environment };
}

/**
 * Finds the program `clang`, as DKMS does. If `clang` is not installed, finds the clang-N of the version that compiled
 * the kernel, otherwise the newest clang-N. `suffix` is '' or `-N`. Returns undefined if no clang is installed.
 */
function findClang(
  config: KernelHeaders['config'],
  isOnPath: (program: string) => boolean,
): { suffix: string } | undefined {
  if (isOnPath('clang')) return { suffix: '' };
  const wanted = Math.floor(Number(config.get('CONFIG_CLANG_VERSION') ?? 0) / 10000);
  const numbers = [wanted, ...Array.from({ length: 40 }, (_, i) => 49 - i)];
  const found = numbers.find((number) => number > 0 && isOnPath(`clang-${number}`));
  return found === undefined ? undefined : { suffix: `-${found}` };
}

/**
 * Returns a warning if the compiler has another major version than the compiler of the kernel. Returns undefined if the
 * versions are the same, or if one of them is unknown. Modules from another version usually load, but may lack a
 * feature that the kernel needs. `versionText` is the output of `--version` of the compiler.
 */
export async function compilerMismatch(
  { release, config }: Pick<KernelHeaders, 'release' | 'config'>,
  { compiler, clang, environment }: Pick<Toolchain, 'compiler' | 'clang' | 'environment'>,
  versionText: string,
): Promise<{ message: string; hint: string } | undefined> {
  // CONFIG_CC_VERSION_TEXT has the first line of the output of `--version` (init/Kconfig).
  if (versionText.split('\n')[0] === config.get('CONFIG_CC_VERSION_TEXT')) return undefined;
  // The number 120200 means version 12.2.0. If one compiler (gcc or clang) compiled the kernel, the number of the other
  // compiler is 0.
  const wanted = Math.floor(
    Number(config.get(clang ? 'CONFIG_CLANG_VERSION' : 'CONFIG_GCC_VERSION') ?? 0) / 10000,
  );
  const program = compiler ?? (clang ? 'clang' : 'gcc');
  const [command = program, ...words] = program.split(' ');
  const said = await run(command, [...words, '-dumpversion'], {
    accept: [0, 1],
    env: environment,
  });
  const found = Number.parseInt(said.stdout, 10);
  if (wanted === 0 || Number.isNaN(found) || found === wanted) return undefined;
  const family = clang ? 'clang' : 'gcc';
  return {
    message: `kernel ${release} was compiled with ${family} ${wanted}, but its modules are compiled with ${program} ${said.stdout.trim()}`,
    hint: `Install the kernel's compiler if it is available: apt install ${family}-${wanted}`,
  };
}

/**
 * Returns the name of a program such as strip for objects of the kernel. It is the program of LLVM if the compiler is
 * clang, otherwise the program of binutils.
 */
export function binutil(name: string, { compiler, prefix }: BinutilsOf): string {
  const suffix = /^clang(-\d+)?$/.exec(compiler ?? '');
  return suffix === null ? prefix + name : `llvm-${name}${suffix[1] ?? ''}`;
}

export type BinutilsOf = Pick<Toolchain, 'compiler' | 'prefix' | 'environment'>;

/**
 * Returns the environment variables for a build for a foreign architecture. .kernelvariables of Debian (6.1) reads the
 * first three. The makefile of the kernel reads ARCH and CROSS_COMPILE.
 */
function crossEnvironment(host: string, architecture: string): Record<string, string> {
  const gnuType = gnuTypeOf(architecture);
  return {
    DEB_BUILD_ARCH: host,
    DEB_HOST_ARCH: architecture,
    DEB_HOST_GNU_TYPE: gnuType,
    ARCH: kbuildArchitectureOf(architecture),
    CROSS_COMPILE: `${gnuType}-`,
  };
}

/**
 * Returns the Debian package that contains a compiler: gcc-12 for `x86_64-linux-gnu-gcc-12` on amd64,
 * gcc-12-aarch64-linux-gnu for the cross compiler `aarch64-linux-gnu-gcc-12`.
 */
function packageOf(compiler: string, prefix: string): string {
  const program = basename(compiler.split(' ')[0] ?? compiler);
  if (prefix !== '' && program.startsWith(prefix)) {
    return `${program.slice(prefix.length)}-${prefix.slice(0, -1).replaceAll('_', '-')}`;
  }
  return program.replace(/^[a-z0-9_]+-linux-gnu(?:[a-z0-9]+)?-/, '');
}

/**
 * Returns the value of CC in .kernelvariables. make evaluates the file, because it is a part of a makefile, with
 * conditions.
 */
async function compilerOfKernelVariables(
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const fragment = await readFile(file, 'utf8');
  const result = await run('make', ['-s', '-f', '-', 'show-CC'], {
    input: `show-%:\n\t@echo $($*)\n${fragment}`,
    timeoutSeconds: 20,
    env,
  });
  return result.stdout.trim() || undefined;
}

/**
 * Returns environment variables with a PATH in which the programs of `tools` come first. Returns {} if `tools` is
 * undefined.
 */
export function pathOf(tools: KernelTools | undefined): Record<string, string> {
  if (tools === undefined) return {};
  return { PATH: [tools.path, cleanEnvironment().PATH].join(delimiter) };
}
