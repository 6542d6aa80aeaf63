import { join } from 'node:path';
import type { CommandContext } from '../../src/commands/command-line/command.ts';
import { type PublishArguments, publish } from '../../src/commands/publish/publish-packages.ts';
import { painter } from '../../src/report/paint.ts';
import { silentReporter } from '../../src/report/reporter.ts';
import type { PublishedPackage } from '../../src/repository/published-package.ts';
import { readPublished } from '../../src/repository/read-published.ts';
import { type TestRepository, withTestRepository } from './small-repository.ts';

/** What a call of the command printed and returned. */
export interface PublishCall {
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  readonly document: unknown;
}

export interface FleetSite extends TestRepository {
  /** Calls `publish RESULTS --repo SITE --key KEY …`. */
  call(results: readonly string[], more?: Partial<PublishArguments>): Promise<PublishCall>;
  /** What apt finds in the suite trixie, `name version`. */
  published(): Promise<string[]>;
  packages(): Promise<readonly PublishedPackage[]>;
  /** A path beside the repository. */
  place(...names: string[]): string;
}

export async function withFleetSite<T>(work: (site: FleetSite) => Promise<T>): Promise<T> {
  return withTestRepository(async (repository) => {
    const { directory, site, key } = repository;
    const call = async (results: readonly string[], more: Partial<PublishArguments> = {}) => {
      const lines: string[] = [];
      const warnings: string[] = [];
      const notes: string[] = [];
      const context: CommandContext = {
        reporter: {
          ...silentReporter,
          warn: (message) => warnings.push(message),
          note: (message) => notes.push(message),
        },
        json: false,
        print: (line) => lines.push(line),
        declarations: async () => [],
        paint: painter(false),
      };
      const base = {
        results,
        repo: site,
        key: [key],
        check: false,
        sources: [],
        dryRun: false,
        modalias: false,
      };
      const { document } = await publish({ ...base, ...more }, context);
      return { lines, warnings, notes, document };
    };
    const packages = async () =>
      (await readPublished({ place: site, architectures: ['amd64'], keys: [key] })).packages;
    const published = async () =>
      (await packages()).map(({ name, version }) => `${name} ${version}`).sort();
    return work({
      ...repository,
      call,
      packages,
      published,
      place: (...names) => join(directory, ...names),
    });
  });
}
