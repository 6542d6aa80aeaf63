import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KernelError } from '../errors.ts';
import { architectureOfConfig, machineOf } from './architecture.ts';
import { readHeadersConfig } from './config.ts';
import type { KernelHeaders } from './headers.ts';
import { kernelFamilyOf } from './kernel-family.ts';
import { firstEntry, kernelPackageVersion } from './package-version.ts';
import { headersPackageName, releaseOfHeaders } from './release.ts';

/**
 * The headers below a directory: itself, if modules can be built with it, else those that unpacked
 * packages (dpkg -x linux-headers-…) have below usr/src or lib/modules there. KernelError
 * `no-headers` (21) where there are none.
 */
export async function findUnpackedHeaders(given: string): Promise<KernelHeaders[]> {
  const directory = await realpath(resolve(given)).catch((cause: NodeJS.ErrnoException) => {
    throw new KernelError('no-headers', `there is no directory ${given}`, { cause });
  });
  if (!(await stat(directory)).isDirectory()) {
    throw new KernelError('no-headers', 'this is no directory', {
      where: { file: given },
      hint: 'Unpack the packages first: dpkg -x linux-headers-….deb DIR.',
    });
  }
  const candidates = hasHeaders(directory) ? [directory] : await candidatesBelow(directory);
  const found = await Promise.all(candidates.map(readUnpackedHeaders));
  if (found.length > 0) return found;
  throw new KernelError('no-headers', 'there are no kernel headers here', {
    where: { file: given },
    hint: 'Name a headers directory, or one with linux-headers-*, its -common and linux-kbuild-* unpacked: apt-get download, then dpkg -x each into it.',
  });
}

async function candidatesBelow(directory: string): Promise<string[]> {
  const found = new Set<string>();
  for (const [parent, inside] of [
    ['usr/src', ''],
    ['', ''],
    ['usr/lib/modules', 'build'],
    ['lib/modules', 'build'],
  ] as const) {
    const names = await readdir(join(directory, parent)).catch(() => []);
    for (const name of names.sort()) {
      const candidate = join(directory, parent, name, inside);
      if (!hasHeaders(candidate)) continue;
      // `build` is a link to /usr/src/…: on this machine, and not in the tree.
      const real = await realpath(candidate);
      if (directory === '/' || real.startsWith(`${directory}/`)) found.add(real);
    }
  }
  return [...found];
}

/** What a configured kernel has and a -common package has not. */
function hasHeaders(directory: string): boolean {
  return (
    existsSync(join(directory, 'Makefile')) &&
    existsSync(join(directory, 'include/generated/autoconf.h'))
  );
}

async function readUnpackedHeaders(directory: string): Promise<KernelHeaders> {
  const { configFile, config } = await readHeadersConfig(directory);
  const release = await releaseOfHeaders(directory);
  const architecture = architectureOfConfig(config);
  if (release === undefined || architecture === undefined) {
    const missing = release === undefined ? 'release' : 'architecture';
    throw new KernelError('broken-headers', `these headers do not say their kernel's ${missing}`, {
      where: { file: directory },
      hint: 'They want include/generated/utsrelease.h, and .config or include/config/auto.conf.',
    });
  }
  const root = rootOf(directory);
  const sourcePackage = (await firstEntry(root, release))?.source;
  return {
    release,
    directory,
    configFile,
    config,
    architecture,
    machine: machineOf(architecture),
    moduleDirectory: await moduleDirectoryOf(root, release),
    packageVersion: await kernelPackageVersion(directory, root, release),
    sourcePackage,
    family: await kernelFamilyOf(directory, { release, config, sourcePackage }),
    root,
  };
}

/** Where `/` would be for these headers: above usr/src/linux-headers-… or lib/modules/…, else `/`. */
function rootOf(directory: string): string {
  const match = /^(.*?)\/(?:usr\/src|(?:usr\/)?lib\/modules\/[^/]+)\/[^/]+$/.exec(directory);
  return match?.[1] || '/';
}

/** Where its package has `modules/<release>/build`: in a whole system, where /lib is a link, dpkg tells. */
async function moduleDirectoryOf(
  root: string,
  release: string,
): Promise<'/lib/modules' | '/usr/lib/modules'> {
  const list = join(root, 'var/lib/dpkg/info', `${headersPackageName(release)}.list`);
  const listed = await readFile(list, 'utf8').catch(() => undefined);
  const merged =
    listed?.split('\n').includes(`/usr/lib/modules/${release}`) ??
    (existsSync(join(root, 'usr/lib/modules', release)) &&
      (await realpath(join(root, 'lib')).catch(() => '')) !== join(root, 'usr/lib'));
  return merged ? '/usr/lib/modules' : '/lib/modules';
}
