import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KernelError } from '../errors.ts';
import { causeOf } from '../system/process/refusal.ts';
import { architectureOfConfig } from './architecture.ts';
import { readHeadersConfig } from './config.ts';
import { type KernelHeaders, withFamily } from './headers.ts';
import { firstEntry, kernelPackageVersion } from './package-version.ts';
import { headersPackageName, releaseOfHeaders } from './release.ts';

/**
 * Finds headers in a directory. The directory may be a headers directory, or contain headers directories. It may also
 * contain unpacked packages (dpkg -x linux-headers-…, or kernel-devel), with headers below usr/src or lib/modules.
 * Throws KernelError (exit status 21): `no-headers` if the directory has no headers or cannot be read, `broken-headers`
 * if headers do not show their release or architecture, and the error of checkRelease.
 */
export async function findUnpackedHeaders(given: string): Promise<KernelHeaders[]> {
  const directory = await realpath(resolve(given)).catch((cause: NodeJS.ErrnoException) => {
    const [why, hint] = causeOf(cause);
    const message =
      cause.code === 'ENOENT'
        ? `the directory ${given} does not exist`
        : `the directory ${given} cannot be read: ${why}`;
    throw new KernelError('no-headers', message, { hint, cause });
  });
  if (!(await stat(directory)).isDirectory()) {
    throw new KernelError('no-headers', 'the path of the headers is not a directory', {
      where: { file: given },
      hint: 'Unpack the packages first: dpkg -x linux-headers-….deb DIR.',
    });
  }
  const candidates = hasHeaders(directory) ? [directory] : await candidatesBelow(directory);
  const found = await Promise.all(candidates.map(readUnpackedHeaders));
  if (found.length > 0) return found;
  throw new KernelError('no-headers', 'the directory has no kernel headers', {
    where: { file: given },
    hint: 'Give a headers directory, or a directory with unpacked packages: linux-headers-*, its -common package and linux-kbuild-*. Get each package with apt-get download, and unpack it with dpkg -x.',
  });
}

async function candidatesBelow(directory: string): Promise<string[]> {
  const found = new Set<string>();
  for (const [parent, inside] of [
    ['usr/src', ''],
    // The headers in kernel-devel of Fedora.
    ['usr/src/kernels', ''],
    ...(await objectParents(directory)).map((parent) => [parent, ''] as const),
    ['', ''],
    ['usr/lib/modules', 'build'],
    ['lib/modules', 'build'],
  ] as const) {
    const names = await readdir(join(directory, parent)).catch(() => []);
    for (const name of names.sort()) {
      const candidate = join(directory, parent, name, inside);
      if (!hasHeaders(candidate)) continue;
      // If `build` is an absolute link, it leads to /usr/src of this machine, not of the given directory.
      const real = await realpath(candidate);
      if (directory === '/' || real.startsWith(`${directory}/`)) found.add(real);
    }
  }
  return [...found];
}

/**
 * Returns the directories that contain headers of openSUSE. openSUSE has a directory for each flavour:
 * usr/src/linux-6.4.0-1-obj/x86_64/default.
 */
async function objectParents(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, 'usr/src')).catch(() => []);
  const objects = names.filter((name) => /^linux-.*-obj$/.test(name)).sort();
  const parents = objects.map(async (name) => {
    const machines = await readdir(join(directory, 'usr/src', name)).catch(() => []);
    return machines.sort().map((machine) => join('usr/src', name, machine));
  });
  return (await Promise.all(parents)).flat();
}

/** Whether a directory has the headers of a configured kernel. False for the directory of a -common package. */
function hasHeaders(directory: string): boolean {
  return (
    existsSync(join(directory, 'Makefile')) &&
    existsSync(join(directory, 'include/generated/autoconf.h'))
  );
}

async function readUnpackedHeaders(directory: string): Promise<KernelHeaders> {
  const configuration = await readHeadersConfig(directory);
  const release = await releaseOfHeaders(directory);
  const architecture = architectureOfConfig(configuration.config);
  if (release === undefined || architecture === undefined) {
    const missing = release === undefined ? 'release' : 'architecture';
    throw new KernelError('broken-headers', `the headers do not show their ${missing}`, {
      where: { file: directory },
      hint: 'Add include/generated/utsrelease.h, and .config or include/config/auto.conf.',
    });
  }
  const root = rootOf(directory);
  return withFamily({
    release,
    directory,
    ...configuration,
    architecture,
    moduleDirectory: await moduleDirectoryOf(root, release),
    packageVersion: await kernelPackageVersion(directory, root, release),
    sourcePackage: (await firstEntry(root, release))?.source,
    root,
  });
}

/**
 * Returns the directory below which these headers were unpacked. It contains usr/src/linux-headers-…,
 * usr/src/kernels/…, usr/src/linux-…-obj/… or lib/modules/…. Returns `/` for other headers.
 */
function rootOf(directory: string): string {
  const match = HEADERS_BELOW_ROOT.exec(directory);
  return match?.[1] || '/';
}

const HEADERS_BELOW_ROOT =
  /^(.*?)\/(?:usr\/src(?:\/kernels|\/linux-[^/]*-obj\/[^/]+)?|(?:usr\/)?lib\/modules\/[^/]+)\/[^/]+$/;

/**
 * Returns the directory in which the headers package has `<release>/build`: /lib/modules or /usr/lib/modules. If there
 * is dpkg's list of the files of this package, the list decides, because in a whole system /lib is a symlink to
 * /usr/lib.
 */
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
