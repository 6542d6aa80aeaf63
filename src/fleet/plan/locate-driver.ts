import type { Offered } from '../../archives/store/fetch-debs.ts';
import type { OpenArchives } from '../../pipelines/archive-kernels/open-archives.ts';
import type { Reporter } from '../../report/reporter.ts';
import { checkOut, commitOfRef } from '../../source/git-checkout.ts';
import type { DriverSpec } from './driver-spec.ts';
import { offeredDriver } from './offered-driver.ts';
import type { PlannedDriver } from './plan-document.ts';

/** The place of a driver's source on this machine, and what identifies the source on other machines. */
export interface DriverPlace {
  /** The path of a directory or a .deb. */
  readonly path: string;
  readonly commit?: string;
  readonly package?: NonNullable<PlannedDriver['package']>;
}

/**
 * Returns the place of a driver's source. A source that is not on this machine is fetched. Throws the errors of
 * commitOfRef, checkOut and offeredDriver.
 */
export async function locateDriver(
  spec: DriverSpec,
  archives: Pick<OpenArchives, 'root' | 'store'>,
  together: ReadonlyMap<string, Offered>,
  reporter: Reporter,
): Promise<DriverPlace> {
  if (spec.kind === 'git') {
    const commit = await commitOfRef(spec.url, spec.ref);
    return { path: await checkOut(spec.url, commit, reporter), commit };
  }
  if (spec.kind !== 'archive') return { path: spec.path };
  const found = await offeredDriver(archives, spec.name, spec.suite, together, reporter);
  const { name, version, architecture, sha256 } = found.package;
  const { suite } = spec;
  return {
    path: found.file,
    package: { name, version, architecture, sha256, ...(suite !== undefined && { suite }) },
  };
}
