import { KernelError, UsageError } from '../errors.ts';
import { globExpression, isGlob } from '../system/files/glob.ts';
import { editDistance } from '../system/text/edit-distance.ts';
import { architectureOf } from './architecture.ts';
import { meantArchitecture } from './architecture-names.ts';
import { installedReleases, type KernelHeaders, readHeaders } from './headers.ts';
import type { HeadersCheck, RemoteKernel } from './remote-kernel.ts';

/** A requested kernel. */
export interface KernelChoice {
  readonly release: string;
  /** The ARCH that the user gave with `-k RELEASE/ARCH`. If undefined, the architecture of the headers is used. */
  readonly machine: string | undefined;
  /** The headers of this release, if they are unpacked. Undefined for installed headers. */
  readonly headers: KernelHeaders | undefined;
  /** The error for a pattern that matches no kernel. In this case `release` is the pattern. */
  readonly error?: KernelError;
  /** The release that the user probably meant, if there are no headers for `release`. */
  readonly similar?: string;
  /** The kernel of an archive. Unset if the headers are on this machine. */
  readonly remote?: RemoteKernel;
}

export interface KernelWishes {
  /** The values of `-k`: a release or glob, optionally followed by `/ARCH`. */
  readonly patterns: readonly string[];
  readonly all: boolean;
  /**
   * The headers that `--headers` names. Patterns choose among these headers. With `--all`, and without patterns, all of
   * these headers are chosen.
   */
  readonly unpacked?: readonly KernelHeaders[];
}

/**
 * Returns the requested kernels in the order of the request, each once. RELEASE and RELEASE/ARCH are two kernels unless
 * the headers show that they are the same. A pattern with `*`, `?` or `[…]` matches kernels with headers. If a pattern
 * matches none, throws KernelError `no-kernel-matches` (exit status 21) if nothing else was requested; otherwise
 * headersOf throws this error, so that the other kernels are built. An exact release is not checked here: headersOf
 * throws an error if its headers are missing. Throws KernelError `no-headers` for `all` if no headers are installed,
 * and UsageError if nothing is requested, for an unknown ARCH, and for two directories with headers of the same release
 * and architecture.
 */
export async function selectKernels(wishes: KernelWishes): Promise<KernelChoice[]> {
  const { patterns, all, unpacked = [] } = wishes;
  const there: KernelChoice[] =
    unpacked.length > 0
      ? unpacked.map((headers) => ({ release: headers.release, machine: undefined, headers }))
      : (await installedReleases()).map((release) => ({
          release,
          machine: undefined,
          headers: undefined,
        }));
  const selected = new Map<string, KernelChoice>();
  const select = (choice: KernelChoice) => {
    const { release, machine, headers } = choice;
    const architecture = headers?.architecture ?? (machine && architectureOf(machine));
    selected.set(`${release} ${architecture ?? ''} ${headers?.directory ?? ''}`, choice);
  };
  if (all || (patterns.length === 0 && unpacked.length > 0)) there.forEach(select);
  for (const pattern of patterns) {
    const found = matching(pattern, there);
    const [{ error } = {}] = found;
    if (error !== undefined && patterns.length === 1 && !all) throw error;
    found.forEach(select);
  }
  if (selected.size > 0) return refuseTwins([...selected.values()]);
  const names = there.map(({ release }) => release).join(', ') || 'none';
  if (all) {
    throw new KernelError('no-headers', 'no kernel headers are installed', {
      hint: 'Install headers: apt install linux-headers-$(dpkg --print-architecture)',
    });
  }
  throw new UsageError('no kernel was named', {
    hint: `Name a kernel with -k, or use --all. Installed headers: ${names}`,
  });
}

function matching(pattern: string, there: readonly KernelChoice[]): KernelChoice[] {
  const { name, machine } = splitPattern(pattern);
  const architecture = machine && architectureOf(machine);
  const fits = ({ headers }: KernelChoice) =>
    architecture === undefined || (headers?.architecture ?? architecture) === architecture;
  if (!isGlob(name)) {
    const given = there.filter(
      (choice) => choice.release === name && choice.headers !== undefined && fits(choice),
    );
    // If the only headers are for another architecture, headersOf throws an error that names this architecture.
    const other = there.find((choice) => choice.release === name);
    // Many releases differ only in a few letters, so a release that differs in more than two is surely another kernel.
    const similar = there.find((choice) => editDistance(name, choice.release) <= 2)?.release;
    const unknown = { release: name, headers: undefined, ...(similar && { similar }) };
    const found = given.length > 0 ? given : [other ?? unknown];
    return found.map((choice) => ({ ...choice, machine }));
  }
  const expression = globExpression(name);
  const found = there.filter((choice) => expression.test(choice.release) && fits(choice));
  if (found.length === 0) {
    const names = there.map(({ release }) => release).join(', ');
    const message = `no kernel with headers matches "${pattern}"`;
    const error = new KernelError('no-kernel-matches', message, {
      hint: names
        ? `Choose one of the kernels with headers: ${names}`
        : 'Install headers, such as with: apt install linux-headers-amd64',
    });
    return [{ release: name, machine, headers: undefined, error }];
  }
  return found.map((choice) => ({ ...choice, machine }));
}

/**
 * Splits `RELEASE/ARCH`, as DKMS writes kernels. ARCH is an output of `uname -m`, or a Debian architecture. Throws
 * UsageError if ARCH is unknown.
 */
function splitPattern(pattern: string): { name: string; machine: string | undefined } {
  const at = pattern.indexOf('/');
  if (at === -1) return { name: pattern, machine: undefined };
  const machine = pattern.slice(at + 1);
  if (architectureOf(machine) === undefined) {
    throw new UsageError(`"${machine}" in "${pattern}" is not an architecture`, {
      hint: `${meantArchitecture(machine)}Write the output of uname -m after the slash, such as x86_64 or aarch64.`,
    });
  }
  return { name: pattern.slice(0, at), machine };
}

/**
 * Throws UsageError if two directories have headers of the same release and architecture, because their packages would
 * have the same name.
 */
function refuseTwins(choices: KernelChoice[]): KernelChoice[] {
  const seen = new Map<string, KernelHeaders>();
  for (const { headers } of choices) {
    if (headers === undefined) continue;
    const key = `${headers.release} ${headers.architecture}`;
    const other = seen.get(key);
    if (other !== undefined) {
      throw new UsageError(
        `the headers of ${headers.release} are in two directories: ${other.directory} and ${headers.directory}`,
        { hint: 'Name only one of them with --headers.' },
      );
    }
    seen.set(key, headers);
  }
  return choices;
}

/**
 * Reads installed headers as readHeaders does. If the headers are missing, the hint of the error suggests a similar
 * release.
 */
async function readInstalled({ release, similar }: KernelChoice): Promise<KernelHeaders> {
  try {
    return await readHeaders(release);
  } catch (error) {
    if (!(error instanceof KernelError) || similar === undefined) throw error;
    const { code, message, where, hint } = error;
    throw new KernelError(code, message, {
      ...(where && { where }),
      hint: `Did you mean ${similar}? ${hint ?? ''}`.trim(),
    });
  }
}

/**
 * Returns the headers of a chosen kernel. For a kernel of an archive, fetches the headers and the compiler;
 * RemoteKernel describes `check`. Throws KernelError (exit status 21) if the headers are missing or for another
 * architecture, or if the pattern matched no kernel.
 */
export async function headersOf(
  choice: KernelChoice,
  check?: HeadersCheck,
): Promise<KernelHeaders> {
  const { release, machine, headers, error, remote } = choice;
  if (error !== undefined) throw error;
  const found = headers ?? (await (remote?.prepare(check) ?? readInstalled(choice)));
  if (machine === undefined) return found;
  const architecture = architectureOf(machine) ?? machine;
  if (architecture !== found.architecture) {
    throw new KernelError(
      'wrong-architecture',
      `the headers of kernel ${release} are for ${found.machine}, not for ${machine}`,
      {
        where: { file: found.directory },
        hint: `Unpack the headers for ${architecture}, and name their directory with --headers (bmdeb, info).`,
      },
    );
  }
  // If the user gave a Debian architecture, `machine` is still the output of `uname -m`, because DKMS has only this in
  // $arch.
  return machine === architecture ? found : { ...found, machine };
}
