import { join } from 'node:path';
import { compareVersions } from '../../debian/version.ts';
import { type MetaKernel, stageMetaPackage } from '../../package/modules/meta-package.ts';
import { type DrivenDevices, toldModaliases } from '../../package/modules/modaliases-field.ts';
import { writePackage } from '../../package/staged-package.ts';
import { checkOtherPackage } from '../../package/verify/check-written.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { KernelWork } from './build-kernel.ts';
import { type KernelOutcome, knownError, type MetaOutcome } from './kernel-outcome.ts';
import { flavourFor, type MetaChoices } from './meta-choices.ts';

/** A kernel for which a build was tried, whether it succeeded or not. */
interface Candidate {
  readonly kernel: MetaKernel;
  /** PACKAGE_NAME of dkms.conf. Undefined if the build failed. */
  readonly dkmsName: string | undefined;
  readonly devices: readonly DrivenDevices[];
}

/**
 * Writes a metapackage for each flavour. The metapackage depends on the modules for the newest kernel of the flavour;
 * kernels that dkms.conf excludes do not count, nor do names given with -k that match no kernel. If the build for the
 * newest kernel failed, no metapackage is written, so that the published metapackage still depends on existing modules.
 * An error about one metapackage does not stop the others.
 */
export async function writeMetaPackages(
  kernels: readonly KernelOutcome[],
  work: Pick<KernelWork, 'source' | 'packages' | 'dryRun'>,
  choices: MetaChoices,
  reporter: Reporter,
): Promise<MetaOutcome[]> {
  const candidates = kernels
    .filter(({ status, error }) => status !== 'excluded' && error?.code !== 'no-kernel-matches')
    .map(({ release, headers, remote, dkmsName, devices = [] }) => {
      const known = remote ?? { packageVersion: undefined, architecture: '' };
      return { kernel: headers ?? { ...known, release }, dkmsName, devices };
    });
  const outcomes: MetaOutcome[] = [];
  for (const candidate of await newestOfFlavours(candidates, choices.flavour)) {
    const { flavour, kernel, dkmsName } = candidate;
    const of = { flavour, release: kernel.release, architecture: kernel.architecture };
    if (dkmsName === undefined) {
      reporter.warn(
        `no metapackage for ${flavour} was written, because the modules for ${kernel.release} are missing`,
        'Build these modules, or leave this kernel out.',
      );
      outcomes.push({ ...of, status: 'missing' });
      continue;
    }
    try {
      const file = await writeMeta({ ...candidate, dkmsName }, work, choices, reporter);
      outcomes.push({ ...of, status: 'built', file });
    } catch (error) {
      const known = knownError(error);
      reporter.failure(known, `metapackage for ${flavour}`);
      outcomes.push({ ...of, status: 'failed', error: known });
    }
  }
  return outcomes;
}

async function writeMeta(
  { flavour, kernel, dkmsName, devices }: Newest & { readonly dkmsName: string },
  { source, packages, dryRun }: Pick<KernelWork, 'source' | 'packages' | 'dryRun'>,
  { kind, modalias }: MetaChoices,
  reporter: Reporter,
): Promise<string> {
  const { output, timestamp } = packages;
  const { description } = source;
  const modaliases = modalias ? toldModaliases(devices, reporter) : undefined;
  const staged = await stageMetaPackage(kind, dkmsName, flavour, kernel, description, {
    timestamp,
    modaliases,
  });
  return dryRun ? join(output, staged.fileName) : writePackage(staged, output, checkOtherPackage);
}

interface Newest extends Candidate {
  readonly flavour: string;
}

/** Returns the newest kernel of each flavour and architecture. */
async function newestOfFlavours(
  candidates: readonly Candidate[],
  flavour: string | undefined,
): Promise<Newest[]> {
  const newest = new Map<string, Newest>();
  for (const candidate of candidates) {
    const name = await flavourFor(candidate.kernel, flavour);
    const key = `${name} ${candidate.kernel.architecture}`;
    const other = newest.get(key);
    if (other === undefined || isNewer(candidate.kernel, other.kernel)) {
      newest.set(key, { ...candidate, flavour: name });
    }
  }
  return [...newest.values()];
}

function isNewer(a: MetaKernel, b: MetaKernel): boolean {
  if (a.packageVersion !== undefined && b.packageVersion !== undefined) {
    return compareVersions(a.packageVersion, b.packageVersion) > 0;
  }
  return a.release.localeCompare(b.release, 'en', { numeric: true }) > 0;
}
