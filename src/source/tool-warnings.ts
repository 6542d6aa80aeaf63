import type { Reporter } from '../report/reporter.ts';

/** Returns the warnings in the output of dpkg-dev's tools, except those about ignored deletions. */
export function warningsOf(output: string): string[] {
  return output
    .split('\n')
    .map((line) => /^(dpkg-[a-z]+): warning: (.*)$/.exec(line))
    .filter((match) => match !== null && !/^ignoring deletion of/.test(match[2] ?? ''))
    .map((match) => `${match?.[1]}: ${match?.[2]}`);
}

const passedOn = new WeakMap<Reporter, Set<string>>();

/** Passes each warning of the tools to the reporter once, because dpkg-buildpackage and we both run dpkg-genchanges. */
export function passOnWarnings(output: string, reporter: Reporter): void {
  const before = passedOn.get(reporter) ?? new Set();
  passedOn.set(reporter, before);
  for (const warning of warningsOf(output)) {
    if (!before.has(warning)) reporter.warn(warning);
    before.add(warning);
  }
}
