import { rm } from 'node:fs/promises';
import { type AptRoot, prepareAptRoot, runApt } from '../../archives/apt/apt-root.ts';
import type { AptSource } from '../../archives/apt/apt-source.ts';
import { callPatiently, SHOWING_ANSWERS } from '../../archives/apt/retry-after.ts';
import { baseSuite, sourceOfSuite } from '../../archives/apt/suite-source.ts';
import { kernelsOf, type StoredKernel } from '../../archives/kernels/archive-kernel.ts';
import { nameOf } from '../../archives/kernels/choose-kernels.ts';
import { readLists } from '../../archives/kernels/read-lists.ts';
import { findInSnapshot, type SnapshotPlace } from '../../archives/snapshot/find-in-snapshot.ts';
import { isWhole, recordKernels, storedKernels } from '../../archives/store/header-store.ts';
import { KernelError } from '../../errors.ts';
import { checkRelease, headersPackageName } from '../../kernel/release.ts';
import type { Reporter } from '../../report/reporter.ts';
import { isGlob } from '../../system/files/glob.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import type { ArchiveWish, OpenArchives } from './open-archives.ts';

/** The most seconds for fetching the package lists of a snapshot archive. If it takes longer, that is an error. */
const UPDATE_SECONDS = 1800;

/**
 * Returns the kernels of archives, and also kernels that the user named exactly but that the archives no longer have. A
 * kernel that the archives no longer have comes from the store if its headers are there, else from the snapshot archive
 * of --snapshot-archive. Without a snapshot archive, it is missing in the result. If offline, no kernels are added.
 * Kernels of a snapshot archive are looked up one after the other. Throws the errors of findInSnapshot, and KernelError
 * `no-kernel-matches` if the package lists of the snapshot do not have the kernel.
 */
export async function withDroppedKernels(
  archives: OpenArchives,
  names: readonly string[],
  wish: ArchiveWish,
  reporter: Reporter,
): Promise<readonly StoredKernel[]> {
  const { store, kernels } = archives;
  const found = [...kernels];
  const fits = (kernel: StoredKernel, name: string) =>
    nameOf(kernel) === name && wish.architectures.includes(kernel.architecture);
  const dropped = names.filter(
    (name) => !isGlob(name) && !kernels.some((kernel) => fits(kernel, name)),
  );
  if (dropped.length === 0 || archives.root === undefined) return found;
  // Ubuntu uses the same release in two series: only kernels of the wanted releases count.
  const bases = new Set(wish.suites.map((suite) => baseSuite(suite.replace('/', '-'))));
  const isWanted = ({ base, suites }: StoredKernel) =>
    wish.sourceFiles.length > 0 ||
    bases.has(base) ||
    suites.some((suite) => bases.has(baseSuite(suite)));
  const stored = (await storedKernels(store)).filter(
    (kernel) => isWanted(kernel) && isWhole(store, kernel),
  );
  for (const name of dropped) {
    const known = stored.filter((kernel) => fits(kernel, name));
    if (known.length > 0) {
      reporter.note(
        `None of the chosen suites or sources lists ${name}; its headers come from the store.`,
      );
      found.push(...known);
    } else if (wish.snapshotArchive !== undefined) {
      found.push(
        ...(await kernelsOfSnapshot(archives, name, wish, wish.snapshotArchive, reporter)),
      );
    }
  }
  return found;
}

async function kernelsOfSnapshot(
  archives: OpenArchives,
  release: string,
  { suites, architectures }: ArchiveWish,
  url: string,
  reporter: Reporter,
): Promise<readonly StoredKernel[]> {
  const { store, root, sources, host } = archives;
  if (root === undefined || sources === undefined) return [];
  checkRelease(release);
  const all: StoredKernel[] = [];
  for (const architecture of architectures) {
    reporter.progress(`looking for ${release} in ${url}`);
    const place = await withTemporaryDirectory('snapshot', (scratch) =>
      findInSnapshot({ root, url, scratch }, headersPackageName(release), architecture),
    );
    const dated = datedSources(place, suites, sources.machine);
    const kinds = [...new Set([host, architecture])];
    const own = await prepareAptRoot(sources.roots, dated, kinds, sources.apt);
    try {
      await updatePatiently(own);
      const listed = kernelsOf(await readLists(own, reporter), host).filter(
        (kernel) => kernel.release === release && kernel.architecture === architecture,
      );
      if (listed.length === 0) throw notListed(place, release, dated);
      const today = new Date().toISOString().slice(0, 10);
      all.push(...(await recordKernels(store, listed, today)));
    } finally {
      // The packages are fetched by their URIs, so these lists are not needed again.
      await rm(own.directory, { recursive: true, force: true });
    }
  }
  return all;
}

/**
 * Returns the sources for a snapshot: the archive as it was at a given moment. For Debian's main archive one of these
 * sources is proposed-updates, because a kernel of a point release appears there first. The signatures of the snapshot
 * are old, so Valid-Until is ignored (sources.list(5)).
 */
function datedSources(
  { archive, uri }: SnapshotPlace,
  suites: readonly string[],
  machine: readonly AptSource[],
): AptSource[] {
  const bases = [...new Set(suites.map((suite) => baseSuite(suite.replace('/', '-'))))];
  const isSecurity = (suite: string) => suite.endsWith('-security');
  const names =
    archive === 'debian-security'
      ? bases.map((base) => `${base}-security`)
      : [...suites.map((suite) => suite.replace('/', '-')), ...bases].filter(
          (suite) => !isSecurity(suite),
        );
  const more = archive === 'debian' ? bases.map((base) => `${base}-proposed-updates`) : [];
  return [...new Set([...names, ...more])].map((suite) => {
    const source = sourceOfSuite(suite, machine);
    const options = new Map([...source.options, ['Check-Valid-Until', 'no']]);
    return { ...source, uris: [uri], options };
  });
}

/** Fetches the lists. A suite that did not exist at the moment of the snapshot fails, and the other suites are used. */
async function updatePatiently(root: AptRoot): Promise<void> {
  const args = ['update', '-q', ...SHOWING_ANSWERS];
  const options = { accept: [0, 1, 100], timeoutSeconds: UPDATE_SECONDS };
  await callPatiently(() => runApt(root, 'apt-get', args, options));
}

function notListed(
  { uri }: SnapshotPlace,
  release: string,
  dated: readonly AptSource[],
): KernelError {
  const suites = dated.flatMap((source) => source.suites).join(', ');
  return new KernelError(
    'no-kernel-matches',
    `the lists of ${suites} in ${uri} do not have the headers of ${release}`,
    {
      hint: 'Name the suite that had this kernel with --suite, and check that its key is installed.',
    },
  );
}
