import { hostArchitecture } from '../../kernel/headers.ts';
import type { PublishedPackage } from '../../repository/published-package.ts';
import { architecturesIn, readPublished, suitesIn } from '../../repository/read-published.ts';
import { isUrl } from '../../repository/repository-layout.ts';
import type { FoundRecord } from './status-record.ts';

/** A repository, and what to read in it. */
export interface WholeRepository {
  /** The path of a directory, or a URL. */
  readonly repository: string;
  /** The suites to read at a URL; by default the suites that status.json names. */
  readonly suites: readonly string[];
  /** Fingerprints of keys, or files with keys. If empty, the keys that the machine's apt trusts are used. */
  readonly keys: readonly string[];
}

/**
 * Reads the packages of all suites and architectures of a repository. The directories at a URL cannot be listed. So the
 * architectures come from status.json, and the suites, too, unless `suites` names some. If no architecture is known,
 * that of this machine is used. Throws the errors of readPublished.
 */
export async function readRepository(
  { repository, suites: wanted, keys }: WholeRepository,
  { kernels }: Pick<FoundRecord, 'kernels'>,
): Promise<{ suites: readonly string[]; packages: readonly PublishedPackage[] }> {
  const atUrl = isUrl(repository);
  const known = [...new Set(kernels.map(({ suite }) => suite))];
  const ofUrl = wanted.length > 0 ? wanted : known;
  const suites = atUrl ? ofUrl : await suitesIn(repository);
  const architectures = new Set(kernels.map(({ architecture }) => architecture));
  if (!atUrl) {
    for (const suite of suites) {
      for (const one of await architecturesIn(repository, suite)) architectures.add(one);
    }
  }
  if (architectures.size === 0) architectures.add(await hostArchitecture());
  const of = { place: repository, architectures: [...architectures], keys };
  const { packages } = await readPublished({ ...of, suites });
  return { suites, packages };
}
