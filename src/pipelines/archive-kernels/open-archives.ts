import { type AptRoot, prepareAptRoot } from '../../archives/apt/apt-root.ts';
import { type AptSource, machineSources, readAptSources } from '../../archives/apt/apt-source.ts';
import { baseSuite, sourceOfSuite } from '../../archives/apt/suite-source.ts';
import { updateLists } from '../../archives/apt/update-lists.ts';
import { kernelsOf, type StoredKernel } from '../../archives/kernels/archive-kernel.ts';
import { readLists } from '../../archives/kernels/read-lists.ts';
import {
  type HeaderStore,
  openStore,
  recordKernels,
  storedKernels,
} from '../../archives/store/header-store.ts';
import { hostArchitecture } from '../../kernel/headers.ts';
import type { Reporter } from '../../report/reporter.ts';
import { cachePlace } from '../../system/files/cache-place.ts';

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
}

/** The kernels of some archives, and all that is needed to fetch their headers. */
export interface OpenArchives {
  readonly kernels: readonly StoredKernel[];
  readonly store: HeaderStore;
  /** Undefined if no archive may be used (offline). */
  readonly root: AptRoot | undefined;
  /** Returns the apt root of the suite that has the compiler for kernels of this codename. */
  readonly compilerRoot: (base: string) => Promise<AptRoot | undefined>;
  readonly host: string;
}

/** The directory of the machine's apt configuration. */
const ETC_APT = '/etc/apt';

/**
 * Returns the kernels of archives. Records in the store that they were seen today. Throws the errors of updateLists
 * and sourceOfSuite.
 */
export async function openArchives(wish: ArchiveWish, reporter: Reporter): Promise<OpenArchives> {
  const host = await hostArchitecture();
  const store = openStore(wish.store);
  const wanted = wish.suites.map((suite) => suite.replace('/', '-'));
  if (wish.offline) {
    const stored = await storedKernels(store);
    const kernels = stored.filter(
      ({ suites }) => wanted.length === 0 || suites.some((suite) => wanted.includes(suite)),
    );
    return { kernels, store, root: undefined, compilerRoot: async () => undefined, host };
  }
  const machine = await machineSources(ETC_APT, (file, error) =>
    reporter.warn(`${file}: ${error.message}`, error.hint),
  );
  const named = wish.suites.map((suite) => sourceOfSuite(suite, machine));
  const others = (await Promise.all(wish.sourceFiles.map(readAptSources))).flat();
  // The lists of this machine's architecture are needed, too: linux-kbuild comes from there.
  const architectures = [...new Set([host, ...wish.architectures])];
  const root = await prepareAptRoot(cachePlace('apt'), [...named, ...others], architectures);
  await updateLists(root, wish, reporter);
  const listed = kernelsOf(await readLists(root), host);
  const today = new Date().toISOString().slice(0, 10);
  const kernels = await recordKernels(store, listed, today);
  const compilerRoot = rootsOfCompilers({ named, others, machine, host }, root, wish, reporter);
  return { kernels, store, root, compilerRoot, host };
}

interface Sources {
  readonly named: readonly AptSource[];
  readonly others: readonly AptSource[];
  readonly machine: readonly AptSource[];
  readonly host: string;
}

/**
 * Returns the function for `compilerRoot`. Kernels of a backports or security suite are compiled with the compiler
 * of the release itself. Each apt root is made only once.
 */
function rootsOfCompilers(
  { named, others, machine, host }: Sources,
  root: AptRoot,
  choice: { readonly offline: boolean; readonly refresh: boolean },
  reporter: Reporter,
): (base: string) => Promise<AptRoot> {
  const made = new Map<string, Promise<AptRoot>>();
  const bases = new Set(named.flatMap(({ suites }) => suites.map(baseSuite)));
  return (base) => {
    // The archive comes from a file. Its compiler is in the same archive, or in the release that the same file
    // names.
    if (!bases.has(base)) return Promise.resolve(root);
    const known = made.get(base);
    if (known !== undefined) return known;
    const making = prepareAptRoot(
      cachePlace('apt'),
      [sourceOfSuite(base, machine), ...others],
      [host],
    ).then(async (found) => {
      await updateLists(found, choice, reporter);
      return found;
    });
    made.set(base, making);
    return making;
  };
}
