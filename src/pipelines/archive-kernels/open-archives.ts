import { type AptRoot, prepareAptRoot } from '../../archives/apt/apt-root.ts';
import { machineSources, readAptSources } from '../../archives/apt/apt-source.ts';
import { type MachineApt, readMachineApt } from '../../archives/apt/machine-apt.ts';
import { sourceOfSuite } from '../../archives/apt/suite-source.ts';
import { updateLists } from '../../archives/apt/update-lists.ts';
import { kernelsOf, type StoredKernel } from '../../archives/kernels/archive-kernel.ts';
import { readLists } from '../../archives/kernels/read-lists.ts';
import type { Offered } from '../../archives/store/fetch-debs.ts';
import {
  type HeaderStore,
  isWhole,
  openStore,
  recordKernels,
  storedKernels,
} from '../../archives/store/header-store.ts';
import type { ToolchainWish } from '../../archives/toolchain/toolchain-packages.ts';
import { KernelError } from '../../errors.ts';
import { hostArchitecture } from '../../kernel/headers.ts';
import type { Reporter } from '../../report/reporter.ts';
import { cachePlace } from '../../system/files/cache-place.ts';
import { didYouMean } from '../../system/text/did-you-mean.ts';
import { compilerRoots, type RunSources } from './compiler-roots.ts';

/** Which archives to use, and how. */
export interface ArchiveWish {
  /** Names of suites. Their mirrors follow from the machine's own sources. */
  readonly suites: readonly string[];
  /** Files that contain the sources of other archives. */
  readonly sourceFiles: readonly string[];
  /** Debian's names of the kernels' architectures. */
  readonly architectures: readonly string[];
  readonly store: string | undefined;
  /** Whether to use only kernels whose packages are in the store, and no archive. */
  readonly offline: boolean;
  readonly refresh: boolean;
  /** The URL of a snapshot archive, for kernels that the archives no longer have. */
  readonly snapshotArchive?: string | undefined;
}

/** The kernels of some archives, and all that is needed to fetch their headers. */
export interface OpenArchives {
  readonly kernels: readonly StoredKernel[];
  readonly store: HeaderStore;
  /** The apt root with the package lists of the archives. Undefined if no archive may be used (offline). */
  readonly root: AptRoot | undefined;
  /** Returns an apt root with the compiler for kernels of this codename (`base`); undefined if offline. */
  readonly compilerRoot: (base: string) => Promise<AptRoot | undefined>;
  readonly host: string;
  /** The sources of apt. Undefined if no archive may be used (offline). */
  readonly sources?: RunSources;
  /** Returns the packages of a compiler if a plan has decided them, so that apt is not asked. */
  readonly decided?: (base: string, wish: ToolchainWish) => readonly Offered[] | undefined;
}

/** The machine on which dkms-deb runs. Tests replace it. */
export interface Machine {
  /** Debian's name of the machine's architecture. */
  readonly host?: string;
  readonly apt?: MachineApt;
  /** The directory of all apt roots. */
  readonly roots?: string;
}

/**
 * Returns the kernels of archives, and records in the store that these kernels were seen today. If offline, returns the
 * kernels whose headers are in the store and that are in one of the named suites, or all of them if no suite is named.
 * Throws KernelError `no-kernel-matches` if there are none. If not offline, throws the errors of updateLists,
 * sourceOfSuite and readAptSources.
 */
export async function openArchives(
  wish: ArchiveWish,
  reporter: Reporter,
  own: Machine = {},
): Promise<OpenArchives> {
  const host = own.host ?? (await hostArchitecture());
  const store = openStore(wish.store);
  const wanted = wish.suites.map((suite) => suite.replace('/', '-'));
  if (wish.offline) {
    const kernels = (await storedKernels(store)).filter((kernel) => isWhole(store, kernel));
    if (kernels.length === 0) throw emptyStore(store);
    const named = kernelsOfSuites(kernels, wanted, store, reporter);
    return { kernels: named, store, root: undefined, compilerRoot: async () => undefined, host };
  }
  const apt = own.apt ?? (await readMachineApt());
  const machine = await machineSources(apt.sourceList, apt.sourceParts, (file, error) =>
    reporter.warn(`${file}: ${error.message}`, error.hint),
  );
  const named = wish.suites.map((suite) => sourceOfSuite(suite, machine));
  const others = (await Promise.all(wish.sourceFiles.map(readAptSources))).flat();
  // The lists for this machine's architecture are needed, too, because linux-kbuild comes from there.
  const architectures = [...new Set([host, ...wish.architectures])];
  const roots = own.roots ?? cachePlace('apt');
  const root = await prepareAptRoot(roots, [...named, ...others], architectures, apt);
  await updateLists(root, wish, reporter);
  const listed = kernelsOf(await readLists(root, reporter), host);
  const today = new Date().toISOString().slice(0, 10);
  const kernels = await recordKernels(store, listed, today);
  const sources = { named, others, machine, apt, host, roots };
  const compilerRoot = compilerRoots(sources, root, wish, reporter);
  return { kernels, store, root, compilerRoot, host, sources };
}

/**
 * Returns the kernels of the store that are in one of these suites; all of them if no suite is named. Warns of each
 * suite that no kernel is in. Throws KernelError `no-kernel-matches` if no kernel is in any of them.
 */
function kernelsOfSuites(
  kernels: readonly StoredKernel[],
  suites: readonly string[],
  { directory }: HeaderStore,
  reporter: Reporter,
): readonly StoredKernel[] {
  if (suites.length === 0) return kernels;
  const known = [...new Set(kernels.flatMap((kernel) => kernel.suites))].sort();
  const unknown = suites.filter((suite) => !known.includes(suite));
  const [first] = unknown;
  const hint = (suite: string) =>
    `${didYouMean(suite, known)}Run once without --offline. The store has kernels of: ${known.join(', ')}.`;
  if (first !== undefined && unknown.length === suites.length) {
    const message = `the store has no kernels of ${unknown.join(', ')}`;
    throw new KernelError('no-kernel-matches', message, {
      where: { file: directory },
      hint: hint(first),
    });
  }
  for (const suite of unknown) reporter.warn(`the store has no kernels of ${suite}`, hint(suite));
  return kernels.filter((kernel) => kernel.suites.some((suite) => suites.includes(suite)));
}

function emptyStore({ directory }: HeaderStore): KernelError {
  return new KernelError('no-kernel-matches', 'the store has no headers of kernels', {
    where: { file: directory },
    hint: 'Run once without --offline, or name another store with --store DIR.',
  });
}
