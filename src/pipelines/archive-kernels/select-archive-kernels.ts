import type { StoredKernel } from '../../archives/kernels/archive-kernel.ts';
import { chooseKernels, type KernelFilter, nameOf } from '../../archives/kernels/choose-kernels.ts';
import { machineOf } from '../../kernel/architecture.ts';
import type { KernelChoice } from '../../kernel/select.ts';
import type { Reporter } from '../../report/reporter.ts';
import { withDroppedKernels } from './dropped-kernels.ts';
import { type ArchiveWish, openArchives } from './open-archives.ts';
import { type HeadersOfArchives, headersOfArchives } from './prepare-headers.ts';

/** Which archives to use, and which of their kernels are wanted. */
export interface ArchiveChoice {
  readonly wish: ArchiveWish;
  readonly filter: KernelFilter;
}

/** The kernels of archives that are wanted. */
export interface ArchiveSelection {
  readonly kernels: readonly KernelChoice[];
  /**
   * Begins to fetch the headers of these kernels. Returns them in the order in which they should be built. Must be
   * called once, before `remote.prepare` of a kernel is called.
   */
  startFetching(kernels: readonly KernelChoice[]): readonly KernelChoice[];
}

/**
 * Returns the wanted kernels of archives for bmdeb. Only package lists are fetched here. `scratch` is a directory
 * of this run. Throws the errors of openArchives and chooseKernels.
 */
export async function selectArchiveKernels(
  { wish, filter }: ArchiveChoice,
  scratch: string,
  reporter: Reporter,
): Promise<ArchiveSelection> {
  const archives = await openArchives(wish, reporter);
  const seen = new Set<string>();
  const kernels = await withDroppedKernels(archives, filter.patterns, wish, reporter);
  const chosen = chooseKernels(kernels, filter, reporter).filter((kernel) => {
    // Of several kernels with the same key only the first is built: their packages would have the same file name.
    const key = `${nameOf(kernel)} ${kernel.version} ${kernel.architecture}`;
    return !seen.has(key) && seen.add(key);
  });
  const headers = headersOfArchives(archives, scratch, reporter);
  const choices = new Map(chosen.map((kernel) => [kernel, choiceOf(kernel, headers)]));
  return {
    kernels: [...choices.values()],
    startFetching: (wanted) => {
      const isWanted = new Set(wanted);
      const kernels = [...choices].filter(([, choice]) => isWanted.has(choice));
      return headers
        .start(kernels.map(([kernel]) => kernel))
        .flatMap((kernel) => choices.get(kernel) ?? []);
    },
  };
}

/** Returns a kernel as buildKernel takes it: its headers are prepared when its turn comes. */
export function choiceOf(kernel: StoredKernel, headers: HeadersOfArchives): KernelChoice {
  const { release, architecture, version, flavour } = kernel;
  return {
    release: nameOf(kernel),
    machine: undefined,
    headers: undefined,
    remote: {
      release,
      architecture,
      machine: machineOf(architecture),
      packageVersion: version,
      flavour,
      fetch: () => headers.fetch(kernel),
      prepare: (check) => headers.prepare(kernel, check),
    },
  };
}
