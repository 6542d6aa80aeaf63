import { didYouMean } from '../../system/text/did-you-mean.ts';
import type { StoredKernel } from './archive-kernel.ts';

/** The architectures and flavours that are wanted. If `flavours` is empty, every flavour is wanted. */
interface WantedNames {
  readonly architectures: readonly string[];
  readonly flavours: readonly string[];
}

/** The name of an architecture or flavour that no kernel has. */
export interface UnmatchedName {
  readonly what: 'architecture' | 'flavour';
  readonly name: string;
  /** The names that kernels have. */
  readonly known: readonly string[];
  /** The result of didYouMean for the name. */
  readonly question: string;
}

/**
 * Returns the architectures and flavours of the filter that no kernel has. Those for which a kernel has a similar name
 * come first. Flavours are looked for among the kernels of the wanted architectures, or among all kernels if no kernel
 * has a wanted architecture.
 */
export function unmatchedNames(
  kernels: readonly StoredKernel[],
  { architectures, flavours }: WantedNames,
): UnmatchedName[] {
  const wanted = kernels.filter((one) => architectures.includes(one.architecture));
  const found = [
    ...unmatched('architecture', architectures, kernels),
    ...unmatched('flavour', flavours, wanted.length > 0 ? wanted : kernels),
  ];
  return found.sort((a, b) => Number(a.question === '') - Number(b.question === ''));
}

function unmatched(
  what: UnmatchedName['what'],
  names: readonly string[],
  kernels: readonly StoredKernel[],
): UnmatchedName[] {
  const known = [...new Set(kernels.map((kernel) => kernel[what]))].sort();
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ({ what, name, known, question: didYouMean(name, known) }));
}
