import type { AptSource } from './apt-source.ts';

/**
 * Returns what apt-get update reports about each source that failed: one message for each suite of a source, and one
 * for each line that names none of the sources. apt prints up to three lines about one failure. The line that names the
 * cause is taken: `GPG error`, `Failed to fetch`, `Release file for … is expired`. The other lines are only about the
 * consequence, such as `The repository … is not signed`. `problems` are the lines that begin with `E:`, `W:` or `Err:`.
 */
export function sourceProblems(
  problems: readonly string[],
  sources: readonly AptSource[],
): string[] {
  const places = sources.flatMap(({ uris, suites }) =>
    uris.flatMap((uri) => suites.map((suite) => placeOf(uri.replace(/\/+$/, ''), suite))),
  );
  const found = new Map<string, string>();
  for (const line of problems) {
    // `Err:2 URI SUITE FILE` is followed by a line with the cause, which apt repeats later as E: or W:.
    if (line.startsWith('Err:') || line.startsWith('E: Some index files failed')) continue;
    const text = line.replace(/^[EW]:\s*/, '');
    const place = places.find(({ words, url }) => text.includes(words) || text.includes(url));
    const key = place?.url ?? text;
    const known = found.get(key);
    if (known === undefined || (isConsequence(known) && !isConsequence(text))) found.set(key, text);
  }
  return [...found.values()];
}

/**
 * Whether a line of apt-get update says that a source failed. Other warnings are about sources that were fetched: for
 * example, that a key is weak or that a suite has another codename.
 */
export function isFailure(line: string): boolean {
  return /^(?:E|Err):|Failed to fetch|GPG error|The repository |Release file for /.test(line);
}

/** Returns the two ways in which apt names a suite: in the words `URI SUITE FILE`, and by the URL of its files. */
function placeOf(uri: string, suite: string): { words: string; url: string } {
  // A flat repository has no dists/ (sources.list(5)).
  const url = suite.endsWith('/') ? `${uri}/${suite}` : `${uri}/dists/${suite}/`;
  return { words: `${uri} ${suite} `, url };
}

function isConsequence(text: string): boolean {
  return text.startsWith('The repository ');
}
