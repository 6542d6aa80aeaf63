import type { Reporter } from '../report/reporter.ts';

/**
 * Returns the warnings that tools of dpkg-dev printed, as `TOOL: WARNING`. Warnings about ignored deletions are left
 * out.
 */
export function warningsOf(output: string): string[] {
  return output
    .split('\n')
    .map((line) => /^(dpkg-[a-z]+): warning: (.*)$/.exec(line))
    .filter((match) => match !== null && !/^ignoring deletion of/.test(match[2] ?? ''))
    .map((match) => `${match?.[1]}: ${match?.[2]}`);
}

const passedOn = new WeakMap<Reporter, Set<string>>();

/**
 * Reports each warning of the tools once. dpkg-buildpackage and dkms-deb both run dpkg-genchanges, so a warning may be
 * printed twice.
 */
export function passOnWarnings(output: string, reporter: Reporter): void {
  const before = passedOn.get(reporter) ?? new Set();
  passedOn.set(reporter, before);
  for (const warning of warningsOf(output)) {
    if (!before.has(warning)) reporter.warn(warning);
    before.add(warning);
  }
}
