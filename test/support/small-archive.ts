import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { type SmallPackage, writeSmallPackage } from './small-package.ts';

/** The compiler of the kernels. It cannot be installed. */
const COMPILER = 'gcc-99';

/**
 * Writes an archive of packages, and returns a .sources file for it. It is flat (sources.list(5)) and not signed. `uri`
 * is where it will be served.
 */
export async function writeSmallArchive(
  directory: string,
  packages: readonly SmallPackage[],
  uri = `file:${directory}`,
): Promise<string> {
  await mkdir(directory, { recursive: true });
  // An archive without compilers would make bmdeb look for them in the machine's sources.
  const compiler = { name: COMPILER, depends: 'not-in-the-archive', files: {} };
  for (const small of [...packages, compiler]) await writeSmallPackage(directory, small);
  const { stdout } = await run('dpkg-scanpackages', ['--multiversion', '.'], { cwd: directory });
  await writeFile(join(directory, 'Packages'), stdout);
  const file = join(directory, 'small.sources');
  await writeFile(file, `Types: deb\nURIs: ${uri}\nSuites: ./\nTrusted: yes\n`);
  return file;
}

/** Returns the packages of kernels as Debian has them: each has its headers, all share -common and linux-kbuild. */
export function debianKernels(
  version: string,
  flavours: readonly string[],
  files: (release: string) => Readonly<Record<string, string>> = () => ({}),
): SmallPackage[] {
  const [common, kbuild] = [`linux-headers-${version}-common`, `linux-kbuild-${version}`];
  return [
    { name: common, architecture: 'all', files: { [`usr/src/${common}/Makefile`]: '' } },
    { name: kbuild, files: { [`usr/lib/${kbuild}/scripts/x`]: '' } },
    ...flavours.map((flavour) => ({
      name: `linux-headers-${version}-${flavour}`,
      architecture: flavour.replace(/^.*-/, ''),
      depends: `${common} (= 1.0), ${kbuild}, ${COMPILER}`,
      files: {
        [`usr/src/linux-headers-${version}-${flavour}/x`]: '',
        ...files(`${version}-${flavour}`),
      },
    })),
  ];
}
