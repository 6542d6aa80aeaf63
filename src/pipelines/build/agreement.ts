import { placeOf } from '../../dkms/conf/conf.ts';
import { DkmsDebError } from '../../errors.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { readPackagedConf } from '../../package/dkms-conf-file.ts';
import { readPackaging } from '../../package/packaging.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { SourcePackage } from '../../source/source-package.ts';
import { versionContradiction } from '../../source/version-agreement.ts';

/** A dkms.conf with the version that DKMS will see. */
export interface ConfVersion {
  readonly file: string;
  readonly version: string;
}

/** Warns where the changelog, as a person wrote it, contradicts dkms.conf. */
export function warnOfContradiction(
  original: SourcePackage,
  conf: ConfVersion,
  reporter: Reporter,
): void {
  const message = versionContradiction(
    {
      version: original.version,
      place: { file: original.changelogFile, line: original.latest.line },
    },
    { version: conf.version, place: placeOf(conf.file, 'PACKAGE_VERSION') },
  );
  if (message === undefined) return;
  reporter.warn(
    message,
    'Bring the older one up to date: dch -v VERSION, or PACKAGE_VERSION in dkms.conf.',
  );
}

/**
 * The dkms.conf of a package of which only the source is built; undefined where it has none that
 * dkms-deb understands, as debhelper may.
 */
export async function packagedConfVersion(
  directory: string,
  debian: string,
): Promise<ConfVersion | undefined> {
  try {
    const packaging = await readPackaging(debian);
    const { conf } = await readPackagedConf(packaging, directory, referenceKernel());
    return { file: conf.file, version: conf.version };
  } catch (error) {
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  }
}
