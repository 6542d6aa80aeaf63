import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { debPayload } from '../../test/support/deb-payload.ts';
import type { PackagingRecord } from './driver-record.ts';
import { type Product, stepOf, withoutJson } from './product.ts';

/**
 * Builds the tree's own debian/ with `build`, and a second copy of the tree with dpkg-buildpackage. Both
 * copies are below `directory`. Also returns the -dkms package of dpkg-buildpackage.
 */
export async function measurePackaging(
  product: Product,
  tree: string,
  theirTree: string,
  directory: string,
): Promise<{ record: PackagingRecord; deb: string | undefined }> {
  const output = join(directory, 'home/own-packages');
  const ours = withoutJson(await product.ask('build', ['-o', output, tree], directory));
  const called = await product.call(['dpkg-buildpackage', '-d', '-us', '-uc', '-b'], directory, {
    cwd: theirTree,
  });
  const [one, other] = [await dkmsPackage(output), await dkmsPackage(dirname(theirTree))];
  const payload = one && other ? await payloadDifferences(one, other) : undefined;
  return {
    record: {
      ...ours,
      theirs: stepOf(called),
      ...(payload === undefined ? {} : { payload }),
    },
    deb: other,
  };
}

/** Returns the -dkms package in a directory; else the first package with dkms in its name, else the first package. */
export async function dkmsPackage(directory: string): Promise<string | undefined> {
  const files = await readdir(directory).catch(() => []);
  const debs = files.filter((file) => file.endsWith('.deb')).sort();
  const deb =
    debs.find((file) => /-dkms_/.test(file)) ?? debs.find((file) => /dkms/.test(file)) ?? debs[0];
  return deb && join(directory, deb);
}

/** Returns the paths whose mode, owner, link target or digest differs. */
export async function payloadDifferences(ours: string, theirs: string): Promise<string[]> {
  const [one, other] = await Promise.all([debPayload(ours), debPayload(theirs)]);
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((path) => JSON.stringify(one[path]) !== JSON.stringify(other[path]))
    .map((path) => `${one[path] ? (other[path] ? 'both' : 'dkms-deb') : 'dh'}: ${path}`)
    .sort();
}
