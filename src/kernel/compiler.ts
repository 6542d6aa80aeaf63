import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { EXIT, ModuleBuildError } from '../errors.ts';
import { cleanEnvironment, run } from '../system/run.ts';
import type { KernelHeaders } from './headers.ts';

/** What the kernel was compiled with, and so what its modules must be compiled with. */
export interface Toolchain {
  /** CC for the environment of PRE_BUILD and make, as DKMS exports it; undefined leaves it to kbuild. */
  readonly compiler: string | undefined;
  readonly clang: boolean;
  /** LD, when the kernel was linked with lld. */
  readonly linker: string | undefined;
}

/**
 * Finds the compiler as DKMS does (dkms.in, do_build): `.kernelvariables` evaluated by make, then the
 * first word of CONFIG_CC_VERSION_TEXT if that command exists, then clang and lld by the config.
 * ModuleBuildError `no-compiler` (10, as the make that would fail) when none of them is installed.
 */
export async function findToolchain(headers: KernelHeaders): Promise<Toolchain> {
  const { config } = headers;
  const variables = join(headers.directory, '.kernelvariables');
  let compiler = existsSync(variables) ? await compilerOfKernelVariables(variables) : undefined;
  const named = config.get('CONFIG_CC_VERSION_TEXT')?.split(' ')[0];
  if (named && isOnPath(named)) compiler = named;
  const clang = config.get('CONFIG_CC_IS_CLANG') === 'y';
  if (clang && isOnPath('clang')) compiler = 'clang';
  const linker =
    config.get('CONFIG_LD_IS_LLD') === 'y' && isOnPath('ld.lld') ? 'ld.lld' : undefined;
  const wanted = compiler ?? (clang ? 'clang' : 'gcc');
  if (!isOnPath(wanted.split(' ')[0] ?? wanted)) {
    throw new ModuleBuildError(
      'no-compiler',
      EXIT.makeFailed,
      `kernel ${headers.release} is built with ${wanted}, which is not installed`,
      {
        hint: `Install it: apt install ${packageOf(wanted)}`,
      },
    );
  }
  return { compiler, clang, linker };
}

/** Debian's packages are called as their programs; `x86_64-linux-gnu-gcc-12` is in gcc-12. */
function packageOf(compiler: string): string {
  const program = basename(compiler.split(' ')[0] ?? compiler);
  return program.replace(/^[a-z0-9_]+-linux-gnu(?:[a-z0-9]+)?-/, '');
}

/** Lets make say what CC is: Debian's .kernelvariables is a makefile fragment with conditions. */
async function compilerOfKernelVariables(file: string): Promise<string | undefined> {
  const fragment = await readFile(file, 'utf8');
  const result = await run('make', ['-s', '-f', '-', 'show-CC'], {
    input: `show-%:\n\t@echo $($*)\n${fragment}`,
    timeoutSeconds: 20,
  });
  return result.stdout.trim() || undefined;
}

/** Whether a program can be found in the PATH that children get. */
function isOnPath(program: string): boolean {
  if (program.includes('/')) return existsSync(program);
  const path = cleanEnvironment().PATH ?? '';
  return path.split(delimiter).some((directory) => existsSync(join(directory, program)));
}
