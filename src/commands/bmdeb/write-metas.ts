import { join } from 'node:path';
import { compareVersions } from '../../debian/version.ts';
import { UsageError } from '../../errors.ts';
import { readFlavour } from '../../kernel/flavour.ts';
import { writePackage } from '../../package/dkms-package.ts';
import type { MetaKind } from '../../package/meta-kinds.ts';
import { checkMetaKind, type MetaKernel, stageMetaPackage } from '../../package/meta-package.ts';
import type { DriverDescription } from '../../package/modules-package.ts';
import type { Reporter } from '../../report/reporter.ts';

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
export function checkMetaChoices(
  { meta, flavour }: { meta?: MetaKind | undefined; flavour?: string | undefined },
  kernels: readonly { release: string }[],
): void {
  if (flavour !== undefined) {
    if (meta === undefined) throw new UsageError('--flavour needs --meta');
    if (!/^[a-z0-9][a-z0-9+.-]*$/.test(flavour)) {
      throw new UsageError(`--flavour ${JSON.stringify(flavour.slice(0, 60))} is no flavour`, {
        hint: 'It is the X of linux-image-X, such as amd64 or 6.12-cloud-amd64.',
      });
    }
  }
  if (meta !== undefined) for (const { release } of kernels) checkMetaKind(meta, release);
}

/**
 * Writes a metapackage for each flavour of which the newest kernel was built; returns the paths. Where
 * that one failed there is none: the one that was published before then goes on leading to the last
 * kernel that has modules.
 */
export async function writeMetaPackages(
  candidates: readonly MetaCandidate[],
  driver: DriverDescription,
  { kind, flavour, output, timestamp, dryRun }: MetaChoices,
  reporter: Reporter,
): Promise<string[]> {
  const newest = new Map<string, MetaCandidate & { name: string }>();
  for (const candidate of candidates) {
    const name = flavour ?? (await readFlavour(candidate.kernel.release));
    const key = `${name} ${candidate.kernel.architecture}`;
    const other = newest.get(key);
    if (other === undefined || isNewer(candidate.kernel, other.kernel)) {
      newest.set(key, { ...candidate, name });
    }
  }
  const files: string[] = [];
  for (const { name, kernel, dkmsName } of newest.values()) {
    if (dkmsName === undefined) {
      reporter.warn(
        `there is no metapackage for ${name}: the modules for ${kernel.release} are missing`,
        'Build them, or leave that kernel out.',
      );
      continue;
    }
    const staged = await stageMetaPackage(kind, dkmsName, name, kernel, driver, { timestamp });
    files.push(dryRun ? join(output, staged.fileName) : await writePackage(staged, output));
  }
  return files;
}

function isNewer(a: MetaKernel, b: MetaKernel): boolean {
  if (a.packageVersion !== undefined && b.packageVersion !== undefined) {
    return compareVersions(a.packageVersion, b.packageVersion) > 0;
  }
  return a.release.localeCompare(b.release, 'en', { numeric: true }) > 0;
}
