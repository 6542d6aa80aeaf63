/**
 * What commands a terminal or turns a line around, and is no line break or tab: C0, DEL, C1, and the
 * embeddings, overrides and isolates of the bidirectional algorithm.
 */
const RAW = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/u;

/** The first such character with what is around it, as JSON; undefined where there is none. */
export function rawCharacter(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  const found = RAW.exec(text);
  if (found === null) return undefined;
  return JSON.stringify(text.slice(Math.max(0, found.index - 20), found.index + 10));
}
