import { join } from 'node:path';
import { compareVersions } from '../../debian/version.ts';
import { UsageError } from '../../errors.ts';
import { readFlavour } from '../../kernel/flavour.ts';
import { writePackage } from '../../package/dkms/dkms-package.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import type { MetaKind } from '../../package/modules/meta-kinds.ts';
import { type MetaKernel, stageMetaPackage } from '../../package/modules/meta-package.ts';
import { checkPacked } from '../../package/verify/check-packed.ts';
import type { Reporter } from '../../report/reporter.ts';
import { knownError, type MetaOutcome } from './kernel-outcome.ts';

/** A kernel of this run that its driver is for. */
export interface MetaCandidate {
  readonly kernel: MetaKernel;
  /** Undefined where the build failed. */
  readonly dkmsName: string | undefined;
}

export interface MetaChoices {
  readonly kind: MetaKind;
  /** Of --flavour; undefined: that of each kernel. */
  readonly flavour: string | undefined;
  readonly output: string;
  readonly timestamp: number;
  /** Only the paths are wanted. */
  readonly dryRun: boolean;
}

/** What can be known to be wrong before anything is built. UsageError. */
export function checkMetaChoices({
  meta,
  flavour,
}: {
  meta?: MetaKind | undefined;
  flavour?: string | undefined;
}): void {
  if (flavour !== undefined) {
    if (meta === undefined) throw new UsageError('--flavour needs --meta');
    if (!/^[a-z0-9][a-z0-9+.-]*$/.test(flavour)) {
      throw new UsageError(`--flavour ${JSON.stringify(flavour.slice(0, 60))} is no flavour`, {
        hint: 'It is the X of linux-image-X, such as amd64 or 6.12-cloud-amd64.',
      });
    }
  }
}

/**
 * Writes a metapackage for each flavour of which the newest kernel was built. Where that one failed there
 * is none: the one that was published before then goes on leading to the last kernel that has modules. One
 * that cannot be written does not stop the others.
 */
export async function writeMetaPackages(
  candidates: readonly MetaCandidate[],
  driver: DriverDescription,
  choices: MetaChoices,
  reporter: Reporter,
): Promise<MetaOutcome[]> {
  const outcomes: MetaOutcome[] = [];
  for (const candidate of await newestOfFlavours(candidates, choices.flavour)) {
    const { flavour, kernel, dkmsName } = candidate;
    const of = { flavour, release: kernel.release, architecture: kernel.architecture };
    if (dkmsName === undefined) {
      reporter.warn(
        `there is no metapackage for ${flavour}: the modules for ${kernel.release} are missing`,
        'Build them, or leave that kernel out.',
      );
      outcomes.push({ ...of, status: 'missing' });
      continue;
    }
    try {
      const file = await writeMeta({ ...candidate, dkmsName }, driver, choices);
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
  { flavour, kernel, dkmsName }: Newest & { readonly dkmsName: string },
  driver: DriverDescription,
  { kind, output, timestamp, dryRun }: MetaChoices,
): Promise<string> {
  const staged = await stageMetaPackage(kind, dkmsName, flavour, kernel, driver, { timestamp });
  return dryRun ? join(output, staged.fileName) : writePackage(staged, output, checkPacked);
}

interface Newest extends MetaCandidate {
  readonly flavour: string;
}

/** The newest kernel of each flavour, or, where --flavour says that they are all of one, of each architecture. */
async function newestOfFlavours(
  candidates: readonly MetaCandidate[],
  flavour: string | undefined,
): Promise<Newest[]> {
  const newest = new Map<string, Newest>();
  for (const candidate of candidates) {
    const name = flavour ?? (await readFlavour(candidate.kernel.release));
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
