import { UsageError } from '../../errors.ts';
import { didYouMean } from '../../system/text/did-you-mean.ts';
import type { AptSource } from './apt-source.ts';
import { DEBIAN_SUITES, KNOWN_SUITES } from './suite-names.ts';

const POCKET = /[-/](security|updates|backports(?:-sloppy)?|proposed(?:-updates)?)$/;

/** Matches the URI of a mirror of Debian or Ubuntu by its host. */
const DISTRIBUTION_HOST = /^[a-z+]+:\/\/(?:[\w-]+\.)*(?:debian\.org|ubuntu\.com)(?:[:/]|$)/;

/** Returns the suite of the release itself: `trixie` for trixie-security and for trixie/updates. */
export function baseSuite(suite: string): string {
  return suite.replace(POCKET, '');
}

/**
 * Returns the source of one suite, made from the machine's own sources. The machine need not have the suite itself: a
 * related suite gives the mirror, keyring and options. All suites of Debian are related, but security suites only to
 * each other. Any other suite is related to the suites of the same release. `trixie/security` means trixie-security.
 * Throws UsageError if `name` is not the name of a suite, or if the machine has no related suite.
 */
export function sourceOfSuite(name: string, machine: readonly AptSource[]): AptSource {
  if (!/^[a-z][a-z0-9.]*(?:[-/][a-z-]+)?$/.test(name)) {
    throw new UsageError(`${JSON.stringify(name)} is not the name of a suite`, {
      hint: `${meantSuite(name, machine)}Name a suite such as trixie, trixie-security or trixie-backports.`,
    });
  }
  const found = findSuiteSource(name.replace('/', '-'), machine);
  if (found === undefined) throw unknownSuite(name, machine);
  return found;
}

/**
 * Returns the source of a suite as sourceOfSuite does; undefined if the machine has no related suite. Other archives
 * name their suites after those of Debian and Ubuntu, too, so the sources of a distribution come first.
 */
export function findSuiteSource(
  suite: string,
  sources: readonly AptSource[],
): AptSource | undefined {
  const ordered = [...sources].sort((a, b) => rankOf(a) - rankOf(b));
  const others = ordered.filter((source) => rankOf(source) < 2);
  return findAmong(suite, others) ?? findAmong(suite, ordered);
}

function findAmong(suite: string, machine: readonly AptSource[]): AptSource | undefined {
  const base = baseSuite(suite);
  const exact = machine.find(({ suites }) => suites.includes(suite));
  const found =
    exact ?? (DEBIAN_SUITES.has(base) ? debianSource(suite, machine) : siblingOf(base, machine));
  return found && { ...found, suites: [suite] };
}

/**
 * Returns 0 for a source of Debian or Ubuntu, 2 for one of an archive with a keyring of its own (acme.sources, which
 * acme-archive-keyring has installed), and 1 for any other.
 */
function rankOf({ file, uris, options }: AptSource): 0 | 1 | 2 {
  const keyring = options.get('Signed-By') ?? '';
  const isMirror = (uri: string) =>
    DISTRIBUTION_HOST.test(uri) || (keyring === '' && /\/(?:debian|ubuntu)\/?$/.test(uri));
  if (/\b(?:debian|ubuntu)-archive-/.test(keyring) || uris.some(isMirror)) return 0;
  const [, name = ''] = /([^/]+)\.(?:sources|list)$/.exec(file) ?? [];
  return name !== '' && keyring.includes(`/${name}-archive-keyring`) ? 2 : 1;
}

/**
 * Returns the Debian source of the machine whose mirror has `suite`, or undefined if there is none. Security suites
 * have their own mirror; all other suites of Debian share one mirror.
 */
function debianSource(suite: string, machine: readonly AptSource[]): AptSource | undefined {
  const isSecurity = (name: string) => /[-/]security$/.test(name);
  return machine.find(({ suites }) =>
    suites.some(
      (one) => DEBIAN_SUITES.has(baseSuite(one)) && isSecurity(one) === isSecurity(suite),
    ),
  );
}

/**
 * Returns a source of the machine for another suite of the same release, such as noble-updates for noble; undefined if
 * there is none.
 */
function siblingOf(base: string, machine: readonly AptSource[]): AptSource | undefined {
  return machine.find(({ suites }) => suites.some((one) => baseSuite(one) === base));
}

function unknownSuite(name: string, machine: readonly AptSource[]): UsageError {
  const known = [...new Set(machine.flatMap(({ suites }) => suites))].join(', ');
  return new UsageError(`this machine's apt has no source for the suite ${name}`, {
    hint: `${meantSuite(name, machine)}Choose a suite that this machine has (${known || 'none'}), or name a file with the source of the suite: --sources FILE.`,
  });
}

/**
 * Returns didYouMean for the name of a suite, or '' if a suite has this name. Suites that the machine's sources lead to
 * are proposed before other suites of Debian and Ubuntu, which need a file with a source.
 */
function meantSuite(name: string, machine: readonly AptSource[]): string {
  const word = name.toLowerCase().replace('/', '-');
  const known = [...new Set([...machine.flatMap(({ suites }) => suites), ...KNOWN_SUITES])];
  if (known.includes(name)) return '';
  const usable = known.filter((suite) => findSuiteSource(suite, machine) !== undefined);
  const shortestFirst = usable.sort((a, b) => a.length - b.length);
  return didYouMean(word, shortestFirst) || didYouMean(word, known);
}
