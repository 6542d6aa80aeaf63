import type { OpenArchives } from '../../pipelines/archive-kernels/open-archives.ts';
import { checkOut, commitOfRef } from '../../source/git-checkout.ts';
import type { DriverSpec } from './driver-spec.ts';
import { offeredDriver } from './offered-driver.ts';
import type { PlannedDriver } from './plan-document.ts';

/** Where the source of a driver is on this machine, and what identifies it for other machines. */
export interface DriverPlace {
  /** A directory or a .deb. */
  readonly path: string;
  readonly commit?: string;
  readonly package?: NonNullable<PlannedDriver['package']>;
}

/** Returns the place of a driver's source; fetches it if it is not on this machine. */
export async function locateDriver(
  spec: DriverSpec,
  archives: Pick<OpenArchives, 'root' | 'store'>,
): Promise<DriverPlace> {
  if (spec.kind === 'git') {
    const commit = await commitOfRef(spec.url, spec.ref);
    return { path: await checkOut(spec.url, commit), commit };
  }
  if (spec.kind !== 'archive') return { path: spec.path };
  const found = await offeredDriver(archives, spec.name, spec.suite);
  const { name, version, architecture, sha256 } = found.package;
  const { suite } = spec;
  return {
    path: found.file,
    package: { name, version, architecture, sha256, ...(suite !== undefined && { suite }) },
  };
}
