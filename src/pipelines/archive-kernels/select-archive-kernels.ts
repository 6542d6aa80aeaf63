import { chooseKernels, type KernelFilter, nameOf } from '../../archives/kernels/choose-kernels.ts';
import type { KernelChoice } from '../../kernel/select.ts';
import type { Reporter } from '../../report/reporter.ts';
import { type ArchiveWish, openArchives } from './open-archives.ts';
import { headersOfArchives } from './prepare-headers.ts';

/** Which archives are asked, and which of their kernels are wanted. */
export interface ArchiveChoice {
  readonly wish: ArchiveWish;
  readonly filter: KernelFilter;
}

/**
 * The kernels of archives that a filter lets through, for bmdeb. Nothing but lists is fetched yet: `prepare` of a choice gets its
 * headers. `scratch`: a directory of this run. Errors of openArchives and chooseKernels.
 */
export async function selectArchiveKernels(
  { wish, filter }: ArchiveChoice,
  scratch: string,
  reporter: Reporter,
): Promise<KernelChoice[]> {
  const archives = await openArchives(wish, reporter);
  const seen = new Set<string>();
  const chosen = chooseKernels(archives.kernels, filter).filter((kernel) => {
    // Both would be written to the same package.
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
