import { UsageError } from '../../errors.ts';
import type { AptSource } from './apt-source.ts';

/** The suites of Debian from buster on, by codename and by names such as stable. */
const DEBIAN = new Set(
  'buster bullseye bookworm trixie forky duke sid stable oldstable oldoldstable testing unstable experimental rc-buggy'.split(
    ' ',
  ),
);
const POCKET = /[-/](security|updates|backports(?:-sloppy)?|proposed(?:-updates)?)$/;

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
    throw new UsageError(`--suite ${JSON.stringify(name)} is not the name of a suite`, {
      hint: 'Name one such as trixie, trixie-security or trixie-backports.',
    });
  }
  const found = findSuiteSource(name.replace('/', '-'), machine);
  if (found === undefined) throw unknownSuite(name, machine);
  return found;
}

/** Returns the source of a suite as sourceOfSuite does; undefined if the machine has no related suite. */
export function findSuiteSource(
  suite: string,
  machine: readonly AptSource[],
): AptSource | undefined {
  const base = baseSuite(suite);
  const exact = machine.find(({ suites }) => suites.includes(suite));
  const found =
    exact ?? (DEBIAN.has(base) ? debianSource(suite, machine) : siblingOf(base, machine));
  return found && { ...found, suites: [suite] };
}

/**
 * Returns the Debian source of the machine whose mirror has `suite`, or undefined if there is none. Security suites
 * have their own mirror; all other suites of Debian share one.
 */
function debianSource(suite: string, machine: readonly AptSource[]): AptSource | undefined {
  const isSecurity = (name: string) => /[-/]security$/.test(name);
  return machine.find(({ suites }) =>
    suites.some((one) => DEBIAN.has(baseSuite(one)) && isSecurity(one) === isSecurity(suite)),
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
    hint: `Name a file with the source: --sources FILE. Suites of this machine: ${known || 'none'}.`,
  });
}
