import { release as runningRelease } from 'node:os';
import { DkmsDebError } from '../../errors.ts';
import { findToolchain } from '../../kernel/compiler.ts';
import { installedReleases, readHeaders } from '../../kernel/headers.ts';
import { headersHint } from '../../kernel/headers-hint.ts';
import { describeCounts } from '../../report/counts.ts';
import { mapConcurrently } from '../../system/process/concurrency.ts';
import { findProgram } from '../../system/process/find-program.ts';
import { packagesInHint } from '../../system/process/programs.ts';
import { ANY_STATUS, run } from '../../system/process/run.ts';
import { lack, type MachineFinding, note, ok } from './machine-finding.ts';

/** The most kernels that are examined, from the newest on. Only the number of the older kernels is shown. */
const MOST_KERNELS = 20;

/**
 * Where kernels are looked for: the directory of installed kernels (/lib/modules), and the release of the running
 * kernel. Tests replace both.
 */
export interface KernelPlaces {
  readonly modules?: string;
  readonly running?: string;
  readonly inContainer: boolean;
}

/**
 * Returns a finding for each of the newest kernels with headers: its compiler, or why modules cannot be built for it.
 * Other findings say how many older kernels were not examined, that the running kernel has no headers, or that no
 * kernel can be used.
 */
export async function checkKernels(places: KernelPlaces): Promise<MachineFinding[]> {
  const releases = await installedReleases(places.modules);
  const newest = releases.slice(-MOST_KERNELS);
  const found = await mapConcurrently(newest, 4, (release) => checkKernel(release, places.modules));
  const left = releases.length - newest.length;
  const usable = found.some(({ state }) => state === 'ok');
  return [
    ...found,
    ...(left > 0
      ? [note('kernels', `not looked at: ${describeCounts([[left, 'older kernel']])}`)]
      : []),
    ...runningKernel(releases, places),
    ...(usable ? [] : [noKernel(releases.length)]),
  ];
}

async function checkKernel(release: string, modules: string | undefined): Promise<MachineFinding> {
  const subject = `kernel ${release}`;
  try {
    const headers = await readHeaders(release, modules);
    const { compiler, clang } = await findToolchain(headers);
    const program = compiler ?? (clang ? 'clang' : 'gcc');
    return ok(subject, `headers and ${program} ${await versionOf(program)}`.trimEnd());
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    return ofError(subject, error);
  }
}

/**
 * Returns the finding about a kernel for which modules cannot be built. The finding is only `optional`, because there
 * may be other kernels.
 */
function ofError(subject: string, { message, hint = '' }: DkmsDebError): MachineFinding {
  return { state: 'optional', subject, message, ...mendBy(hint) };
}

/**
 * Returns the packages that a hint says to install. If the hint names no packages, returns the hint itself as advice.
 */
function mendBy(hint: string): Pick<MachineFinding, 'packages' | 'advice'> {
  const packages = packagesInHint(hint);
  return packages.length > 0 ? { packages } : { advice: hint };
}

async function versionOf(program: string): Promise<string> {
  const [command = '', ...words] = program.split(' ');
  const { stdout } = await run(command, [...words, '-dumpfullversion', '-dumpversion'], {
    accept: ANY_STATUS,
    timeoutSeconds: 5,
  });
  return /^[\d.]{1,20}$/m.exec(stdout)?.[0] ?? '';
}

function runningKernel(releases: readonly string[], places: KernelPlaces): MachineFinding[] {
  const running = places.running ?? runningRelease();
  if (releases.includes(running)) return [];
  const subject = `kernel ${running}`;
  if (places.inContainer) {
    return [note(subject, 'runs here, but its headers are on the host of this container')];
  }
  const message = 'runs here, but its headers are not installed';
  return [{ state: 'optional', subject, message, ...mendBy(headersHint(running)) }];
}

function noKernel(withHeaders: number): MachineFinding {
  const message =
    withHeaders === 0
      ? 'no kernel has headers here'
      : 'no kernel has both its headers and its compiler here';
  // bmdeb --suite fetches headers and compilers by itself.
  const canFetch = findProgram('apt-get') !== undefined;
  const missing =
    withHeaders === 0 ? 'the headers of a kernel' : 'the compiler of one of these kernels';
  const advice = canFetch
    ? `Install ${missing}, or let bmdeb fetch both: --suite SUITE.`
    : 'Unpack the headers of a kernel, and name their directory with bmdeb --headers.';
  return { state: lack(!canFetch), subject: 'kernels', message, advice };
}
