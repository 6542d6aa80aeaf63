import { KernelError, UsageError } from '../errors.ts';
import { globExpression, isGlob } from '../system/files/glob.ts';
import { architectureOf } from './architecture.ts';
import { installedReleases, type KernelHeaders, readHeaders } from './headers.ts';

/** A kernel to build for, as it was asked for. */
export interface KernelChoice {
  readonly release: string;
  /** `$arch`, where it was named as in `-k RELEASE/ARCH`; undefined: the headers' own. */
  readonly machine: string | undefined;
  /** Unpacked ones of this release; undefined: those that are installed. */
  readonly headers: KernelHeaders | undefined;
  /** Why a pattern, which is then the `release`, stands for no kernel. */
  readonly error?: KernelError;
}

export interface KernelWishes {
  /** `-k`: a release or pattern, `/ARCH` behind it or not. */
  readonly patterns: readonly string[];
  readonly all: boolean;
  /** What `--headers` found: patterns and `--all` then mean these, and without any of both all are chosen. */
  readonly unpacked?: readonly KernelHeaders[];
}

/**
 * The kernels that were asked for, in order, each once; whether RELEASE and RELEASE/ARCH are the same
 * one only installed headers tell. An exact release is taken as it is (whether its headers exist is for
 * headersOf to say); `*`, `?` and `[…]` match those that are there. One that matches nothing is a
 * KernelError (21), where other kernels were asked for only in headersOf: those are to be built.
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
      hint: 'Install some: apt install linux-headers-$(dpkg --print-architecture)',
    });
  }
  throw new UsageError('no kernel named', {
    hint: `Name one with -k, or use --all. Installed headers: ${names}`,
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
    // Of another architecture only: headersOf tells which.
    const other = there.find((choice) => choice.release === name);
    const found = given.length > 0 ? given : [other ?? { release: name, headers: undefined }];
    return found.map((choice) => ({ ...choice, machine }));
  }
  const expression = globExpression(name);
  const found = there.filter((choice) => expression.test(choice.release) && fits(choice));
  if (found.length === 0) {
    const names = there.map(({ release }) => release).join(', ');
    const message = `no kernel with headers matches "${pattern}"`;
    const error = new KernelError('no-kernel-matches', message, {
      hint: `Headers that are there: ${names || 'none; apt install linux-headers-amd64'}`,
    });
    return [{ release: name, machine, headers: undefined, error }];
  }
  return found.map((choice) => ({ ...choice, machine }));
}

/** DKMS's `kernel/arch`: the architecture as `uname -m` says it, or as Debian does. */
function splitPattern(pattern: string): { name: string; machine: string | undefined } {
  const at = pattern.indexOf('/');
  if (at === -1) return { name: pattern, machine: undefined };
  const machine = pattern.slice(at + 1);
  if (architectureOf(machine) === undefined) {
    throw new UsageError(`"${machine}" in "${pattern}" is no architecture`, {
      hint: 'After the slash goes what uname -m prints, such as x86_64 or aarch64.',
    });
  }
  return { name: pattern.slice(0, at), machine };
}

/** Two packages of one name and architecture cannot both be written. */
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

/** The headers of a choice; KernelError (21) where there are none, or only of another architecture. */
export async function headersOf(choice: KernelChoice): Promise<KernelHeaders> {
  const { release, machine, headers, error } = choice;
  if (error !== undefined) throw error;
  const found = headers ?? (await readHeaders(release));
  if (machine === undefined) return found;
  const architecture = architectureOf(machine) ?? machine;
  if (architecture !== found.architecture) {
    throw new KernelError(
      'wrong-architecture',
      `the headers of kernel ${release} are for ${found.machine}, not for ${machine}`,
      {
        where: { file: found.directory },
        hint: `Unpack the headers for ${architecture} and name their directory with --headers.`,
      },
    );
  }
  // Debian's word for it is none that DKMS has in $arch.
  return machine === architecture ? found : { ...found, machine };
}
