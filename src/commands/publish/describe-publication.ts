import { compareVersions } from '../../debian/version.ts';
import { dependencyOfMeta, modulesNameOf } from '../../fleet/publish/choose-metas.ts';
import { releaseOf } from '../../fleet/publish/next-status.ts';
import type { PublishOutcome } from '../../fleet/publish/publish-results.ts';
import type { PublishInput } from '../../fleet/publish/read-input.ts';
import { suiteOf } from '../../fleet/publish/suite-of.ts';
import { printableLine } from '../../report/printable.ts';
import type { Reporter } from '../../report/reporter.ts';
import { metasBack } from './metas-back.ts';

/**
 * Reports what a publication did, or would do in a dry run, and returns the paths of the new packages in the pool.
 */
export function reportPublication(
  outcome: PublishOutcome,
  input: PublishInput,
  reporter: Reporter,
  { dryRun }: { readonly dryRun: boolean },
): string[] {
  const { suites, dropped, removed, changed } = outcome;
  for (const line of lastGood(suites, input)) reporter.warn(line);
  for (const { message, hint } of metasBack(outcome, input)) {
    reporter.warn(printableLine(message), hint);
  }
  const { plan } = input;
  const planned = new Set(plan?.kernels.map(({ base }) => suiteOf(plan, base)));
  for (const [suite, { packages, metas }] of suites) {
    const state = changed.includes(suite) ? '' : ' (unchanged)';
    const left =
      plan === undefined || planned.has(suite) ? '' : '; the plan has no kernel of this suite';
    reporter.note(
      `${suite}: ${packages.length} packages, ${metas.length} of them metapackages${state}${left}`,
    );
  }
  if (dropped.length > 0) {
    reporter.note(`${dropped.length} packages ${dryRun ? 'would leave' : 'left'} the index`);
  }
  if (removed.length > 0) reporter.note(`${removed.length} files were removed from the pool`);
  return [...new Set(added(suites))].sort();
}

function added(suites: PublishOutcome['suites']): string[] {
  return [...suites.values()].flatMap(({ incoming }) => incoming.map(({ fileName }) => fileName));
}

/** Returns a line for each build that failed. The line says which earlier version stays published, if any. */
function lastGood(suites: PublishOutcome['suites'], { plan, builds }: PublishInput): string[] {
  const all = [...suites.values()].flatMap(({ packages }) => packages);
  return builds
    .filter(({ status }) => status === 'failed')
    .map(({ driver, kernel }) => {
      const planned = plan?.kernels.find(({ id }) => id === kernel);
      const release = planned === undefined ? kernel : releaseOf(planned);
      const name = plan?.drivers.find(({ id }) => id === driver)?.name ?? driver;
      const wanted = modulesNameOf(name, release);
      // Retention keeps older versions, too. The newest version is reported.
      const [stays] = all
        .filter((one) => one.name === wanted)
        .sort((a, b) => compareVersions(b.version, a.version));
      const outcome =
        stays === undefined
          ? 'no package is published for this kernel'
          : `${stays.version} stays published`;
      return printableLine(`${name} failed for ${release}: ${outcome}`);
    });
}

/** Returns the document of --json. */
export function toPublicationDocument(
  repository: string,
  { suites, dropped, removed, changed }: PublishOutcome,
  dryRun: boolean,
): Record<string, unknown> {
  return {
    repository,
    dryRun,
    suites: [...suites].map(([suite, { packages, incoming, metas }]) => ({
      suite,
      changed: changed.includes(suite),
      packages: packages.length,
      added: incoming.map(({ fileName }) => fileName).sort(),
      metapackages: metas.map((meta) => ({
        name: meta.name,
        version: meta.version,
        architecture: meta.architecture,
        modules: dependencyOfMeta(meta) ?? null,
      })),
    })),
    dropped: dropped.map(({ suite, fileName }) => ({ suite, file: fileName })),
    removed,
  };
}
