import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { type ArchiveKey, deb822Source, makeArchiveKey, writeArchiveSuite } from './apt-archive.ts';
import { machineCompiler, wholeHeaders } from './fixture-headers.ts';
import { compilerPackages } from './kernel-archive.ts';
import { fixturePackages, writeFixtureDebs } from './kernel-packages.ts';

/** A kernel of the archive: 6.12.N, as Debian names it. */
export const offeredRelease = (number: number) => `6.12.${number}+deb13-amd64`;

/** The suite trixie of an archive as Debian's is, with kernels of the flavour amd64, which changes as a test says. */
export interface OfferedKernels {
  readonly key: ArchiveKey;
  /** A .sources file for the archive. */
  readonly sources: string;
  /** The directory that mirrors follow. */
  readonly mirror: string;
  /** Makes these kernels, N of 6.12.N, the contents of the archive. */
  offer(kernels: readonly number[]): Promise<void>;
  /** Makes the contents of the mirror those of the archive. */
  updateMirror(): Promise<void>;
}

/**
 * Makes the archive below `directory`, with the machine's compiler. The headers are those of the machine under other
 * names, so modules are really compiled; an image has the directory of its modules, and nothing to boot.
 */
export async function offeredKernels(directory: string): Promise<OfferedKernels> {
  const [archive, mirror, work] = ['archive', 'mirror', 'debs'].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  const key = await makeArchiveKey(directory, 'kernels');
  const sources = join(directory, 'kernels.sources');
  const signedBy = key.publicFile;
  await writeFile(sources, deb822Source({ uri: `file:${archive}`, suites: ['trixie'], signedBy }));
  const compilers = await writeFixtureDebs(
    join(work, 'compilers'),
    fixturePackages(await compilerPackages()),
  );
  const known = new Map<number, string[]>();
  const debsOf = async (number: number) => {
    const debs = known.get(number) ?? (await kernelDebs(join(work, `${number}`), number));
    known.set(number, debs);
    return debs;
  };
  return {
    key,
    sources,
    mirror,
    async offer(kernels) {
      const packages = [...compilers];
      for (const number of kernels) packages.push(...(await debsOf(number)));
      const suite = { codename: 'trixie', origin: 'Debian', architectures: ['amd64'], packages };
      await mkdir(archive, { recursive: true });
      await writeArchiveSuite(archive, suite, key);
    },
    async updateMirror() {
      const next = `${mirror}.new`;
      await run('cp', ['-a', '--', archive, next]);
      await rm(mirror, { recursive: true, force: true });
      await rename(next, mirror);
    },
  };
}

/** Headers and image of a kernel, and Debian's two metapackages as they are while it is the newest. */
async function kernelDebs(directory: string, number: number): Promise<string[]> {
  const [release, version] = [offeredRelease(number), `6.12.${number}-1`];
  const [headers, image] = [join(directory, 'headers'), join(directory, 'image')];
  await wholeHeaders(headers, {
    release,
    utsVersion: `#1 SMP PREEMPT_DYNAMIC Debian ${version} (2026-03-0${number})`,
  });
  const modules = join(image, 'usr/lib/modules', release);
  await mkdir(join(modules, 'kernel'), { recursive: true });
  for (const name of ['modules.order', 'modules.builtin']) await writeFile(join(modules, name), '');
  const packages = fixturePackages(`
linux-headers-${release} ${version} amd64 :: ${(await machineCompiler()).name}
linux-image-${release} ${version} amd64
linux-headers-amd64 ${version} amd64 :: linux-headers-${release} (= ${version})
linux-image-amd64 ${version} amd64 :: linux-image-${release} (= ${version}) :: :: Provides: linux-latest-modules-${release}`);
  const contents = {
    [`linux-headers-${release}`]: headers,
    [`linux-image-${release}`]: image,
  };
  const debs = await writeFixtureDebs(directory, packages, contents);
  for (const tree of [headers, image]) await rm(tree, { recursive: true });
  return debs;
}
