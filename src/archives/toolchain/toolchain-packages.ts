import { KernelError } from '../../errors.ts';
import { gnuTypeOf } from '../../kernel/architecture.ts';
import { type AptRoot, runApt } from '../apt/apt-root.ts';
import type { Offered } from '../store/fetch-debs.ts';

/** The requirements for a compiler. */
export interface ToolchainWish {
  /** `gcc-14`, `clang-19`. */
  readonly compiler: string;
  /** Debian's name of the kernel's architecture, and of this machine's. */
  readonly target: string;
  readonly host: string;
}

/**
 * The packages of a compiler, its binutils and pahole, as their suite names them: gcc-N-for-host from trixie on, gcc-N before,
 * gcc-N-aarch64-linux-gnu for another architecture, clang-N with lld-N and llvm-N. pahole writes .BTF.
 */
function candidates({ compiler, target, host }: ToolchainWish): string[][] {
  const number = compiler.slice(compiler.indexOf('-') + 1);
  if (compiler.startsWith('clang-'))
    return [[compiler, `lld-${number}`, `llvm-${number}`, 'pahole']];
  const gnu = gnuTypeOf(target).replaceAll('_', '-');
  if (target !== host) return [[`${compiler}-${gnu}`, 'pahole']];
  return [
    [`${compiler}-for-host`, 'pahole'],
    [compiler, 'binutils', 'pahole'],
  ];
}

/**
 * Returns all packages that the compiler needs, down to libc6, in the versions that apt chooses from the lists of
 * `root`. Throws KernelError `no-toolchain` if the suite does not have the compiler.
 */
export async function toolchainPackages(root: AptRoot, wish: ToolchainWish): Promise<Offered[]> {
  let said = '';
  for (const names of candidates(wish)) {
    const args = [
      'install',
      '-o',
      'Acquire::ForceHash=SHA256',
      '--print-uris',
      '-y',
      '-qq',
      '--no-install-recommends',
      ...names,
    ];
    const result = await runApt(root, 'apt-get', args, { accept: [0, 100], timeoutSeconds: 300 });
    if (result.exitStatus === 0) return printedUris(result.stdout);
    said = result.output;
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
      hint: 'Build on a machine that has this compiler installed, with --headers DIR.',
    },
  );
}

/** `'URI' name_version_arch.deb SIZE SHA256:…`; the version has %3a for a colon. */
function printedUris(text: string): Offered[] {
  return text.split('\n').flatMap((line) => {
    const [, file = '', sha256 = ''] =
      /^'[^']*' (\S+) \d+ SHA256:([0-9a-f]{64})\s*$/.exec(line) ?? [];
    const [name, version, architecture] = file.replace(/\.deb$/, '').split('_');
    if (name === undefined || version === undefined || architecture === undefined) return [];
    return [{ name, version: decodeURIComponent(version), architecture, sha256 }];
  });
}
