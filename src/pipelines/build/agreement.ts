import { placeOf } from '../../dkms/conf/conf.ts';
import { DkmsDebError } from '../../errors.ts';
import { referenceKernel } from '../../kernel/reference-kernel.ts';
import { readPackagedConf } from '../../package/dkms-conf-file.ts';
import { readPackaging } from '../../package/packaging.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { SourcePackage } from '../../source/source-package.ts';
import { versionContradiction } from '../../source/version-agreement.ts';

/** The path of a dkms.conf, and the version that DKMS reads in it. */
export interface ConfVersion {
  readonly file: string;
  readonly version: string;
}

/**
 * Warns if the tree's debian/changelog has another version than dkms.conf. An entry that is only for this build
 * does not count.
 */
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
    'Correct the older version: debian/changelog with dch -v VERSION, or PACKAGE_VERSION in dkms.conf.',
  );
}

/**
 * Reads the version in the dkms.conf that debian/ packs. This function is only for a build of the source package, which
 * stages no binary package. Returns undefined if dkms-deb cannot read this debian/, because debhelper may be able to
 * read it.
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
