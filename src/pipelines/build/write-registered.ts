import { join } from 'node:path';
import type { Compression } from '../../archive/compression/compression.ts';
import { writeDeb } from '../../archive/deb-writer.ts';
import type { StagedDkmsPackage } from '../../package/dkms/dkms-package.ts';
import { registerInFiles } from '../../source/changes.ts';

interface Destination {
  /** The directory into which the .deb is written. */
  readonly output: string;
  /** The tree in whose debian/files the package is registered. */
  readonly tree: string;
  readonly compression: Compression;
}

/** Writes the .deb of a staged package, registers it in debian/files for dpkg-genchanges, and returns its path. */
export async function writeRegistered(
  staged: StagedDkmsPackage,
  { output, tree, compression }: Destination,
): Promise<string> {
  const { fileName, packaging } = staged;
  const target = join(output, fileName);
  await writeDeb(target, { ...staged, compression });
  const field = (name: string) => packaging.binary.get(name) ?? packaging.source.get(name) ?? '-';
  await registerInFiles(tree, {
    fileName,
    section: field('Section'),
    priority: field('Priority'),
  });
  return target;
}
