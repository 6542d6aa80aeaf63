import { join } from 'node:path';
import { parseDeb822 } from '../../debian/deb822.ts';
import type { Explanation } from '../../debianize/explain.ts';
import { readOptional } from '../../driver/conf/init-memory.ts';
import { DkmsDebError } from '../../errors.ts';
import type { FoundDescription } from '../../package/driver-description.ts';

const FROM = 'debian/control';
const FIELDS = ['Homepage', 'Vcs-Git', 'Vcs-Browser'];

/**
 * Returns the facts about a tree with debian/. Homepage, Vcs-Git, Vcs-Browser, synopsis and description are taken from
 * debian/control where it has them, because the packages have those values. If debian/control cannot be parsed, its
 * fields are not used.
 */
export async function withPackagedFacts(
  facts: readonly Explanation[],
  tree: string,
  { synopsis, paragraphs }: Pick<FoundDescription, 'synopsis' | 'paragraphs'>,
): Promise<Explanation[]> {
  const fields = await sourceFields(join(tree, FROM));
  const count = `${paragraphs.length} paragraph${paragraphs.length === 1 ? '' : 's'}`;
  const stated = new Map<string, string | undefined>([
    ...FIELDS.map((name) => [name, fields(name)] as const),
    ['synopsis', synopsis],
    ['description', paragraphs.length === 0 ? undefined : count],
  ]);
  return facts.map((one) => {
    const value = stated.get(one.fact);
    return value === undefined || value === one.value ? one : { ...one, value, from: FROM };
  });
}

/** Returns a function that returns a field of the first stanza of a control file, or undefined. */
async function sourceFields(file: string): Promise<(name: string) => string | undefined> {
  try {
    const [source] = parseDeb822((await readOptional(file)) ?? '', file).paragraphs;
    return (name) => source?.get(name);
  } catch (error) {
    // build and lint report a control file that cannot be parsed.
    if (error instanceof DkmsDebError) return () => undefined;
    throw error;
  }
}
