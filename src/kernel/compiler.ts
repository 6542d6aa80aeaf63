import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { EXIT, ModuleBuildError, SystemError } from '../errors.ts';
import { installHint } from '../system/process/programs.ts';
import { cleanEnvironment, run } from '../system/process/run.ts';
import { gnuTypeOf, kbuildArchitectureOf } from './architecture.ts';
import { hostArchitecture, type KernelHeaders } from './headers.ts';

/** What the kernel was compiled with, and so what its modules must be compiled with. */
export interface Toolchain {
  /** CC for the environment of PRE_BUILD and make, as DKMS exports it; undefined leaves it to kbuild. */
  readonly compiler: string | undefined;
  readonly clang: boolean;
  /** What LLVM= is to be for a kernel made with clang (Documentation/kbuild/llvm.rst): unset for `1`, `-14` where only clang-14 is there. */
  readonly llvm?: string;
  /** LD, when the kernel was linked with lld. */
  readonly linker: string | undefined;
  /** Before the names of strip, objcopy …: `aarch64-linux-gnu-`, or nothing on the kernel's own machine. */
  readonly prefix: string;
  /** What kbuild must know where it builds for another machine; empty on the kernel's own. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Finds the compiler as DKMS does (dkms.in, do_build): `.kernelvariables` evaluated by make, then the
 * first word of CONFIG_CC_VERSION_TEXT if that command exists, then clang and lld by the config. For
 * another architecture it is that one's cross compiler.
 * ModuleBuildError `no-compiler` (10, as the make that would fail) when none of them is installed;
 * SystemError `tool-missing` without make.
 */
export async function findToolchain(headers: KernelHeaders): Promise<Toolchain> {
  const { config, architecture } = headers;
  const host = await hostArchitecture();
  const prefix = host === architecture ? '' : `${gnuTypeOf(architecture)}-`;
  const environment = prefix === '' ? {} : crossEnvironment(host, architecture);
  const named = config.get('CONFIG_CC_VERSION_TEXT')?.split(' ')[0];
  // Where the kernel was compiled on a machine of its own kind the name has no prefix.
  const here = named && !named.startsWith(prefix) ? prefix + named : named;
  const variables = join(headers.directory, '.kernelvariables');
  let compiler: string | undefined;
  // The one that counts more comes first here: it saves a make.
  if (here && isOnPath(here)) compiler = here;
  else if (existsSync(variables)) {
    compiler = await compilerOfKernelVariables(variables, environment);
  }
  const clang = config.get('CONFIG_CC_IS_CLANG') === 'y';
  const llvm = clang ? findClang(config) : undefined;
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
        hint: `Install it: apt install ${packageOf(wanted, prefix)}`,
      },
    );
  }
  // LLVM= has kbuild link with it, whatever the kernel was linked with (Makefile, LLVM).
  if (clang && !isOnPath(lld)) {
    throw new ModuleBuildError(
      'no-compiler',
      EXIT.makeFailed,
      `kernel ${headers.release} is built with clang, whose modules are linked with ${lld}: there is no such program`,
      { hint: `Install it: apt install lld${llvm?.suffix ?? ''} llvm${llvm?.suffix ?? ''}` },
    );
  }
  // What runs make is a shell, which only says "command not found".
  if (!isOnPath('make')) {
    throw new SystemError('tool-missing', 'make is not installed or cannot be run', {
      hint: installHint('make'),
    });
  }
  const suffix = llvm?.suffix ?? '';
  return { compiler, clang, ...(suffix && { llvm: suffix }), linker, prefix, environment };
}

/** `clang`, as DKMS takes it; where there is none, the one of the kernel's version, else the newest that has a number. */
function findClang(config: KernelHeaders['config']): { suffix: string } | undefined {
  if (isOnPath('clang')) return { suffix: '' };
  const wanted = Math.floor(Number(config.get('CONFIG_CLANG_VERSION') ?? 0) / 10000);
  const numbers = [wanted, ...Array.from({ length: 40 }, (_, i) => 49 - i)];
  const found = numbers.find((number) => number > 0 && isOnPath(`clang-${number}`));
  return found === undefined ? undefined : { suffix: `-${found}` };
}

/**
 * What to tell where the compiler is another one than the kernel's: modules of another major version
 * mostly load, but may lack what the kernel expects of its compiler. Undefined where both are of one.
 * `versionText`: what the compiler says to `--version`.
 */
export async function compilerMismatch(
  { release, config }: Pick<KernelHeaders, 'release' | 'config'>,
  { compiler, clang }: Pick<Toolchain, 'compiler' | 'clang'>,
  versionText: string,
): Promise<{ message: string; hint: string } | undefined> {
  // As `cc-version.sh` and Kconfig's CC_VERSION_TEXT take it.
  if (versionText.split('\n')[0] === config.get('CONFIG_CC_VERSION_TEXT')) return undefined;
  // 120200 is 12.2.0, 0 the other family.
  const wanted = Math.floor(
    Number(config.get(clang ? 'CONFIG_CLANG_VERSION' : 'CONFIG_GCC_VERSION') ?? 0) / 10000,
  );
  const program = compiler ?? (clang ? 'clang' : 'gcc');
  const [command = program, ...words] = program.split(' ');
  const said = await run(command, [...words, '-dumpversion'], { accept: [0, 1] });
  const found = Number.parseInt(said.stdout, 10);
  if (wanted === 0 || Number.isNaN(found) || found === wanted) return undefined;
  const family = clang ? 'clang' : 'gcc';
  return {
    message: `kernel ${release} was compiled with ${family} ${wanted}, its modules are with ${program} ${said.stdout.trim()}`,
    hint: `Where ${family}-${wanted} can be installed it is the right one: apt install ${family}-${wanted}`,
  };
}

/** The name of a binutils program for the kernel's objects: llvm's for a kernel made with clang. */
export function binutil(name: string, { compiler, prefix }: BinutilsOf): string {
  const suffix = /^clang(-\d+)?$/.exec(compiler ?? '');
  return suffix === null ? prefix + name : `llvm-${name}${suffix[1] ?? ''}`;
}

export type BinutilsOf = Pick<Toolchain, 'compiler' | 'prefix'>;

/**
 * Debian's .kernelvariables (6.1) asks for the first three, any kernel's own makefile for the others;
 * both are for another architecture than the one that make runs on.
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
 * Debian's packages are called as their programs; `x86_64-linux-gnu-gcc-12` is in gcc-12 on such a
 * machine, `aarch64-linux-gnu-gcc-12` in gcc-12-aarch64-linux-gnu.
 */
function packageOf(compiler: string, prefix: string): string {
  const program = basename(compiler.split(' ')[0] ?? compiler);
  if (prefix !== '' && program.startsWith(prefix)) {
    return `${program.slice(prefix.length)}-${prefix.slice(0, -1).replaceAll('_', '-')}`;
  }
  return program.replace(/^[a-z0-9_]+-linux-gnu(?:[a-z0-9]+)?-/, '');
}

/** Lets make say what CC is: Debian's .kernelvariables is a makefile fragment with conditions. */
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

/** Whether a program can be found in the PATH that children get. */
function isOnPath(program: string): boolean {
  if (program.includes('/')) return existsSync(program);
  const path = cleanEnvironment().PATH ?? '';
  return path.split(delimiter).some((directory) => existsSync(join(directory, program)));
}
