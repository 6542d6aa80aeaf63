import type { Reporter } from '../report/reporter.ts';

/** What dpkg-dev's tools warn about, one message each; deletions that they ignore are nothing new. */
export function warningsOf(output: string): string[] {
  return output
    .split('\n')
    .map((line) => /^(dpkg-[a-z]+): warning: (.*)$/.exec(line))
    .filter((match) => match !== null && !/^ignoring deletion of/.test(match[2] ?? ''))
    .map((match) => `${match?.[1]}: ${match?.[2]}`);
}

const told = new WeakMap<Reporter, Set<string>>();

/**
 * Passes on what the tools warn about, each once: dpkg-buildpackage runs dpkg-genchanges, and so do we for what is
 * handed over.
 */
export function tellWarnings(output: string, reporter: Reporter): void {
  const before = told.get(reporter) ?? new Set();
  told.set(reporter, before);
  for (const warning of warningsOf(output)) {
    if (!before.has(warning)) reporter.warn(warning);
    before.add(warning);
  }
}
