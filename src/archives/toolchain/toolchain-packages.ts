import { KernelError } from '../../errors.ts';
import { gnuTypeOf } from '../../kernel/architecture.ts';
import type { RunResult } from '../../system/process/run.ts';
import { type AptRoot, runApt } from '../apt/apt-root.ts';
import type { Offered } from '../store/fetch-debs.ts';

/** A compiler, the architecture that it compiles for, and the architecture that it runs on. */
export interface ToolchainWish {
  /** The package of the compiler, such as `gcc-14` or `clang-19`. */
  readonly compiler: string;
  /** Debian's name of the kernel's architecture. */
  readonly target: string;
  /** Debian's name of this machine's architecture. */
  readonly host: string;
}

/**
 * Returns groups of packages that have a compiler and binutils, in the order in which they are tried. The compiler's
 * package is gcc-N-for-host from trixie on, gcc-N in earlier releases, and gcc-N-aarch64-linux-gnu if the kernel is for
 * arm64 and this machine is not. With clang-N, lld-N and llvm-N take the place of binutils.
 */
function candidates({ compiler, target, host }: ToolchainWish): string[][] {
  const number = compiler.slice(compiler.indexOf('-') + 1);
  if (compiler.startsWith('clang-')) return [[compiler, `lld-${number}`, `llvm-${number}`]];
  const gnu = gnuTypeOf(target).replaceAll('_', '-');
  if (target !== host) return [[`${compiler}-${gnu}`]];
  return [[`${compiler}-for-host`], [compiler, 'binutils']];
}

/**
 * The packages that have pahole, which writes .BTF: the first that the archive offers is used. bullseye, jammy and
 * older releases have it in dwarves. Ubuntu has it in universe, which a .sources file may leave out. Without pahole,
 * modules are built without .BTF, and the user is told.
 */
const PAHOLE = [['pahole'], ['dwarves'], []];

/**
 * Returns the packages of a compiler, of its binutils and of pahole (if the suite has it), with all their dependencies
 * down to libc6, in the versions that apt chooses from the lists of `root`. Throws KernelError `no-toolchain` if the
 * suite does not have the compiler.
 */
export async function toolchainPackages(root: AptRoot, wish: ToolchainWish): Promise<Offered[]> {
  let said = '';
  for (const pahole of PAHOLE) {
    said = '';
    for (const names of candidates(wish)) {
      const result = await askApt(root, [...names, ...pahole]);
      if (result.exitStatus === 0) return printedUris(result.stdout);
      said += result.output;
    }
    if (!/\b(?:pahole|dwarves)\b/.test(said)) break;
  }
  const suites = root.sources.flatMap(({ suites }) => suites).join(', ');
  throw new KernelError(
    'no-toolchain',
    `${suites} has no ${wish.compiler} that compiles for ${wish.target} on ${wish.host}`,
    {
      output: said
        .split('\n')
        .filter((line) => /^E:|Depends|Unable/.test(line))
        .slice(0, 6),
      hint: 'Build on a machine that has this compiler installed, with bmdeb --headers DIR.',
    },
  );
}

function askApt(root: AptRoot, names: readonly string[]): Promise<RunResult> {
  const args = ['install', '-o', 'Acquire::ForceHash=SHA256', '--print-uris', '-y', '-qq'];
  return runApt(root, 'apt-get', [...args, '--no-install-recommends', ...names], {
    accept: [0, 100],
    timeoutSeconds: 300,
  });
}

/**
 * Parses the output of apt-get --print-uris: lines `'URI' name_version_arch.deb SIZE SHA256:…`. In the version, %3a
 * stands for a colon.
 */
function printedUris(text: string): Offered[] {
  return text.split('\n').flatMap((line) => {
    const [, uri = '', file = '', size = '', sha256 = ''] =
      /^'([^']*)' (\S+) (\d+) SHA256:([0-9a-f]{64})\s*$/.exec(line) ?? [];
    const [name, version, architecture] = file.replace(/\.deb$/, '').split('_');
    if (name === undefined || version === undefined || architecture === undefined) return [];
    const found = { name, version: decodeURIComponent(version), architecture, sha256, uri };
    return [{ ...found, size: Number(size) }];
  });
}
