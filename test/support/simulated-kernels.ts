import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testRelease } from './fleet-packages.ts';
import type { Keyring } from './gpg-keys.ts';
import { writePlainRepository } from './plain-repository.ts';
import { writeBarePackage } from './small-repository.ts';

/** An archive of kernels of the flavour `test`, as Debian's is: linux-image-test depends on the newest. */
export interface SimulatedKernels {
  /** A .sources file. */
  readonly sources: string;
  /** Makes these kernels, N of 6.12.N, the contents; linux-image-test is of the last one. */
  offer(kernels: readonly number[]): Promise<void>;
}

export async function simulatedKernels(
  directory: string,
  keyring: Keyring,
  key: string,
): Promise<SimulatedKernels> {
  const [place, file, sources] = ['archive', 'archive.gpg', 'archive.sources'].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  await keyring.gpg('--output', file, '--export', key);
  const text = ['Types: deb', `URIs: file://${place}`, 'Suites: kernels', 'Components: main'];
  await writeFile(sources, `${[...text, `Signed-By: ${file}`].join('\n')}\n`);
  const offer = async (kernels: readonly number[]) => {
    await rm(place, { recursive: true, force: true });
    const debs = [await writeBarePackage(directory, { name: 'kmod' })];
    for (const number of kernels) {
      const version = `6.12.${number}-1`;
      debs.push(
        await writeBarePackage(directory, { name: `linux-image-${testRelease(number)}`, version }),
      );
    }
    const newest = kernels.at(-1) ?? 0;
    const fields = [
      `Depends: linux-image-${testRelease(newest)} (= 6.12.${newest}-1)`,
      `Provides: linux-latest-modules-${testRelease(newest)}`,
    ];
    debs.push(
      await writeBarePackage(directory, {
        name: 'linux-image-test',
        version: `6.12.${newest}-1`,
        fields,
      }),
    );
    await writePlainRepository(place, 'kernels', debs, key);
    await readFile(join(place, 'dists/kernels/InRelease'));
  };
  return { sources, offer };
}
