import { compareVersions } from '../../debian/version.ts';
import { KernelError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { globExpression, isGlob } from '../../system/files/glob.ts';
import { appendTo } from '../../system/text/append-to.ts';
import { didYouMean } from '../../system/text/did-you-mean.ts';
import type { StoredKernel } from './archive-kernel.ts';
import { unmatchedNames } from './unmatched-names.ts';

/** Which kernels of an archive are wanted. A kernel must meet all the conditions. */
export interface KernelFilter {
  /** Releases or glob patterns. If empty, every release is wanted. */
  readonly patterns: readonly string[];
  readonly architectures: readonly string[];
  /** If empty, every flavour is wanted. */
  readonly flavours: readonly string[];
  /**
   * Only the newest N kernels of each group of suites (lineOf), architecture and flavour are wanted. Undefined: all.
   */
  readonly latest: number | undefined;
  /** Only kernels that were first seen on this day (2026-11-27) or later are wanted. Undefined: all. */
  readonly since: string | undefined;
}

/**
 * Returns the kernels that match the filter, in groups of the same suites (lineOf), architecture and flavour. In each
 * group the newest kernel comes first. Warns of each architecture and flavour that no kernel has. Throws KernelError
 * `no-kernel-matches` if a pattern, or the whole filter, matches no kernel, and the errors of globExpression.
 */
export function chooseKernels(
  kernels: readonly StoredKernel[],
  { patterns, architectures, flavours, latest, since }: KernelFilter,
  reporter: Pick<Reporter, 'warn'>,
): StoredKernel[] {
  const possible = kernels.filter(
    ({ architecture, flavour }) =>
      architectures.includes(architecture) && (flavours.length === 0 || flavours.includes(flavour)),
  );
  if (possible.length === 0) throw noneOf(kernels, flavours, architectures);
  for (const { what, name, question, known } of unmatchedNames(kernels, {
    flavours,
    architectures,
  })) {
    reporter.warn(
      `the chosen suites have no kernel of the ${what} ${name}`,
      `${question}Choose among: ${known.join(', ')}.`,
    );
  }
  const named =
    patterns.length === 0 ? possible : patterns.flatMap((one) => matching(one, possible));
  const groups = new Map<string, StoredKernel[]>();
  for (const kernel of new Set(named)) {
    const key = [lineOf(kernel), kernel.architecture, kernel.flavour].join(' ');
    appendTo(groups, key, kernel);
  }
  const newest = [...groups.values()].flatMap((group) =>
    group.sort((a, b) => compareVersions(b.version, a.version)).slice(0, latest ?? group.length),
  );
  const chosen = newest.filter(({ firstSeen }) => since === undefined || firstSeen >= since);
  if (chosen.length > 0) return chosen;
  const days = newest.map(({ firstSeen }) => firstSeen).sort();
  throw new KernelError(
    'no-kernel-matches',
    `none of the chosen kernels was first seen on ${since} or later`,
    {
      hint: `Choose an earlier day for --since: the newest of these kernels was first seen on ${days.at(-1)}.`,
    },
  );
}

/**
 * Returns the name of the group of suites that a kernel belongs to. A suite, its security suite and its updates
 * suite are one group; its backports suite is another group.
 */
function lineOf({ base, suites }: StoredKernel): string {
  return suites.every((suite) => /-backports/.test(suite)) ? `${base}-backports` : base;
}

function matching(pattern: string, kernels: readonly StoredKernel[]): StoredKernel[] {
  const expression = isGlob(pattern) ? globExpression(pattern) : undefined;
  const found = kernels.filter((kernel) => {
    const name = nameOf(kernel);
    return expression === undefined ? name === pattern : expression.test(name);
  });
  if (found.length > 0) return found;
  const names = [...new Set(kernels.map(nameOf))];
  throw new KernelError(
    'no-kernel-matches',
    `no kernel of the chosen suites matches "${pattern}"`,
    {
      hint: `${didYouMean(pattern, names)}Choose among ${names.length} kernels: ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}.`,
    },
  );
}

/**
 * Returns the release of a kernel. If the release is not known before the package is unpacked, returns the name of
 * the package.
 */
export function nameOf(kernel: StoredKernel): string {
  return kernel.release ?? kernel.package.name;
}

function noneOf(
  kernels: readonly StoredKernel[],
  flavours: readonly string[],
  architectures: readonly string[],
): KernelError {
  const known = [
    ...new Set(kernels.map(({ flavour, architecture }) => `${flavour} (${architecture})`)),
  ];
  const wanted = [...flavours, ...architectures].join(', ');
  const [misspelt] = unmatchedNames(kernels, { flavours, architectures });
  return new KernelError('no-kernel-matches', `the chosen suites have no kernel for ${wanted}`, {
    hint:
      known.length === 0
        ? 'Check the suites and sources: no suite has kernel headers.'
        : `${misspelt?.question ?? ''}Choose among: ${known.sort().join(', ')}.`,
  });
}
