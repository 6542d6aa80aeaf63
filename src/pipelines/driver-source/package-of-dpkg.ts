import { dirname, join } from 'node:path';
import { readDeb } from '../../archive/deb-reader.ts';
import { withoutEpoch, withoutRevision } from '../../debian/version.ts';
import { DkmsDebError } from '../../errors.ts';
import type { Packaging } from '../../package/packaging.ts';
import type { Reason } from '../../package/rules/known-rules.ts';
import { buildWithDpkg } from '../../source/dpkg-buildpackage.ts';
import { copyPackageTree } from '../../source/private-tree.ts';
import { copyPatchState, describeReason } from '../build/hand-over.ts';
import { withOriginalPlaces } from '../build/places.ts';
import { readDkmsPackage } from './dkms-package-source.ts';
import type { DriverSource, SourceOptions } from './driver-source.ts';

interface Subject {
  readonly directory: string;
  readonly packaging: Packaging;
  readonly reason: Reason;
  readonly without: readonly string[];
}

/**
 * Builds a tree with dpkg-buildpackage, because dkms-deb cannot tell from debian/ what the package installs. Returns
 * the source in the -dkms package that was built. If the build fails, warns and returns `packaging`; in this case the
 * caller reads the tree itself.
 */
export async function packageOfDpkg(
  subject: Subject,
  options: SourceOptions,
): Promise<{ source: DriverSource } | { packaging: Packaging }> {
  const { directory, packaging, reason } = subject;
  const { reporter } = options;
  reporter.note(describeReason(reason, packaging.directory));
  try {
    const file = await build(subject, options);
    const source = await readDkmsPackage(file, options);
    reporter.note(
      `Reading the driver from the package that dpkg-buildpackage built, with the dkms.conf ${source.conf}.`,
    );
    return { source: { ...source, tree: directory, isPackage: false } };
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    const lines = error.output.slice(-3).map((line) => line.trim());
    reporter.warn(
      `reading the tree itself, which may differ from what debian/ packs: ${[error.message, ...lines].join(': ')}`,
      error.hint,
    );
    return { packaging };
  }
}

async function build(
  { directory, packaging, without }: Subject,
  { scratch, reporter }: SourceOptions,
): Promise<string> {
  const { directory: debian, packageName, binary, latest, source } = packaging;
  const upstream = withoutEpoch(withoutRevision(latest.version));
  const place = join(scratch, 'dpkg');
  const tree = join(place, `${source.get('Source') ?? packageName}-${upstream}`);
  await copyPackageTree({ directory, debian, packageNames: [packageName], without }, tree);
  await copyPatchState(directory, tree);
  reporter.progress('dpkg-buildpackage');
  const type = binary.get('Architecture') === 'all' ? 'all' : 'binary';
  const own = process.argv[1];
  const names = await withOriginalPlaces([[tree, directory]], () =>
    buildWithDpkg({ tree, type, own, reporter }),
  );
  const debs = names
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(dirname(tree), name));
  const named = debs.find((file) => file.startsWith(join(place, `${packageName}_`)));
  return named ?? (await withSource(debs)) ?? join(place, `${packageName}.deb`);
}

/** Returns the first package that contains /usr/src/NAME-VERSION/dkms.conf; undefined if none does. */
async function withSource(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const entries = await (await readDeb(file)).entries();
    if (entries.some(({ path }) => /^(?:\.\/)?usr\/src\/[^/]+\/dkms\.conf$/.test(path)))
      return file;
  }
  return undefined;
}
