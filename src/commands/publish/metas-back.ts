import { dependencyOfMeta, type PackageFacts } from '../../fleet/publish/choose-metas.ts';
import { releaseOf } from '../../fleet/publish/next-status.ts';
import type { PublishOutcome } from '../../fleet/publish/publish-results.ts';
import type { PublishInput } from '../../fleet/publish/read-input.ts';
import { suiteOf } from '../../fleet/publish/suite-of.ts';
import { kernelOf, newerKernelFirst } from '../../repository/retention.ts';

/** A warning that a metapackage went back to an older kernel or left the index, and a hint about what to do. */
interface MetaWarning {
  readonly message: string;
  readonly hint: string;
}

/**
 * Returns a warning for each metapackage that depended on modules for a newer kernel before this publication, or that
 * is no longer in the index. The reason is usually that the plan lacks the newer kernel: its suite is not in
 * dkms-deb.yaml any more, or the archive has withdrawn the kernel.
 */
export function metasBack(
  { suites, dropped }: Pick<PublishOutcome, 'suites' | 'dropped'>,
  { plan }: Pick<PublishInput, 'plan'>,
): MetaWarning[] {
  const warnings: MetaWarning[] = [];
  for (const meta of dropped) {
    if (dependencyOfMeta(meta) === undefined) continue;
    const { suite, name, architecture } = meta;
    const { metas = [], packages = [] } = suites.get(suite) ?? {};
    const all = [...packages, ...dropped.filter((one) => one.suite === suite)];
    const [release, version] = kernelOfMeta(meta, all);
    const now = metas.find((one) => one.name === name && one.architecture === architecture);
    if (now === undefined) {
      const message = `${suite}: ${name} is no longer in the index; machines that have it get no new modules`;
      warnings.push({ message, hint: 'Check drivers and suites in dkms-deb.yaml.' });
      continue;
    }
    const [next, nextVersion] = kernelOfMeta(now, all);
    if (newerKernelFirst([release, version], [next, nextVersion]) >= 0) continue;
    const isPlanned = plan?.kernels.some(
      (kernel) =>
        suiteOf(plan, kernel.base) === suite &&
        releaseOf(kernel) === release &&
        kernel.architecture === architecture,
    );
    const why = isPlanned === false ? ', because the plan does not have the newer kernel' : '';
    warnings.push({
      message: `${suite}: ${name} goes back from ${release} to ${next}${why}; machines that have the newer kernel keep it`,
      hint: 'Name the suite of that kernel in dkms-deb.yaml again, unless the archive has withdrawn the kernel.',
    });
  }
  return warnings;
}

/**
 * Returns the release and the version of the kernel for whose modules a metapackage is. The version is '' if `packages`
 * does not have these modules.
 */
function kernelOfMeta(meta: PackageFacts, packages: readonly PackageFacts[]): [string, string] {
  const { name = '', version } = dependencyOfMeta(meta) ?? {};
  const modules = packages.find((one) => one.name === name && one.version === version);
  if (modules !== undefined) return [modules.kernelRelease, modules.kernelVersion];
  return [kernelOf({ name, kernelRelease: '' }), ''];
}
