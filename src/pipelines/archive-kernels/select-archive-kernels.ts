import { chooseKernels, type KernelFilter, nameOf } from '../../archives/kernels/choose-kernels.ts';
import type { KernelChoice } from '../../kernel/select.ts';
import type { Reporter } from '../../report/reporter.ts';
import { type ArchiveWish, openArchives } from './open-archives.ts';
import { headersOfArchives } from './prepare-headers.ts';

/** The archives to use, and which of their kernels are wanted. */
export interface ArchiveChoice {
  readonly wish: ArchiveWish;
  readonly filter: KernelFilter;
}

/**
 * Returns the kernels of archives that match the filter, for bmdeb. Only lists are fetched; `prepare` of a choice
 * fetches its headers. `scratch` is a directory of this run. Throws the errors of openArchives and chooseKernels.
 */
export async function selectArchiveKernels(
  { wish, filter }: ArchiveChoice,
  scratch: string,
  reporter: Reporter,
): Promise<KernelChoice[]> {
  const archives = await openArchives(wish, reporter);
  const seen = new Set<string>();
  const chosen = chooseKernels(archives.kernels, filter).filter((kernel) => {
    // Only the first kernel with this key is built, because the packages of both would have the same file name.
    const key = `${nameOf(kernel)} ${kernel.version} ${kernel.architecture}`;
    return !seen.has(key) && seen.add(key);
  });
  const headers = headersOfArchives(archives, chosen, scratch, reporter);
  return chosen.map((kernel) => ({
    release: nameOf(kernel),
    machine: undefined,
    headers: undefined,
    prepare: () => headers.prepare(kernel),
  }));
}
