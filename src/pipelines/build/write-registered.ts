import { join } from 'node:path';
import type { Compression } from '../../archive/compression/compression.ts';
import { sizeOf, writeDeb } from '../../archive/deb-writer.ts';
import type { StagedDkmsPackage } from '../../package/dkms/dkms-package.ts';
import { packingReport } from '../../package/staged-package.ts';
import type { Reporter } from '../../report/reporter.ts';
import { registerInFiles } from '../../source/changes.ts';

/** From this size in bytes on, packing takes so long that it is reported. */
const LARGE_BYTES = 16 * 1024 * 1024;

interface Destination {
  /** The directory into which the .deb is written. */
  readonly output: string;
  /** The tree in whose debian/files the package is registered. */
  readonly tree: string;
  readonly compression: Compression;
  readonly reporter: Reporter;
}

/** Writes the .deb of a staged package, registers it in debian/files for dpkg-genchanges, and returns its path. */
export async function writeRegistered(
  staged: StagedDkmsPackage,
  { output, tree, compression, reporter }: Destination,
): Promise<string> {
  const { fileName, packaging } = staged;
  const target = join(output, fileName);
  const size = sizeOf(staged.tree.entries());
  if (size >= LARGE_BYTES) {
    reporter.progress(`packing ${fileName} (${Math.round(size / 1024 / 1024)} MiB)`);
  }
  const onPacked = size >= LARGE_BYTES ? packingReport(reporter) : undefined;
  await writeDeb(target, { ...staged, compression, onPacked });
  const field = (name: string) => packaging.binary.get(name) ?? packaging.source.get(name) ?? '-';
  await registerInFiles(tree, {
    fileName,
    section: field('Section'),
    priority: field('Priority'),
  });
  return target;
}
