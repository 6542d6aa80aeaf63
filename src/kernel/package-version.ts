import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { readTreeFileStart } from '../system/files/read-tree-file.ts';
import { utsVersion } from './kernel-family.ts';
import { headersPackageName } from './release.ts';

/**
 * Returns the package version of headers that are only unpacked. Debian compiles it into the kernel (LINUX_PACKAGE_ID,
 * and `Debian 6.1.192-2` in UTS_VERSION). For other distributions, only the changelog below `root` has it, which is not
 * read if `root` is `/`. Returns undefined if the version is unknown, as for a kernel without a package.
 */
export async function kernelPackageVersion(
  directory: string,
  root: string,
  release: string,
): Promise<string | undefined> {
  const header = await readFile(join(directory, 'include/generated/package.h'), 'utf8').catch(
    () => '',
  );
  const version =
    /^#define LINUX_PACKAGE_ID " \w+ (\S+)"$/m.exec(header)?.[1] ??
    /\bDebian (\S+) \(/.exec((await utsVersion(directory)) ?? '')?.[1] ??
    (root === '/' ? undefined : (await firstEntry(root, release))?.version);
  return version !== undefined && /^[0-9][A-Za-z0-9.+~:-]*$/.test(version) ? version : undefined;
}

/**
 * Returns the source package and the version in the latest changelog entry of the headers package below `root`, such as
 * linux-6.12 and 6.12.117-1~deb12u1. Returns undefined if there is no changelog, or if it cannot be read.
 */
export async function firstEntry(
  root: string,
  release: string,
): Promise<{ source: string; version: string } | undefined> {
  const documents = join(root, 'usr/share/doc', headersPackageName(release));
  try {
    // Only the beginning is decompressed. The first line is enough, and a hostile file could decompress to endless
    // text.
    const start = await readTreeFileStart(join(documents, 'changelog.Debian.gz'), 4096);
    const text = gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH });
    const line = text.toString('utf8', 0, 300);
    const [, source, version] = /^([a-z0-9][a-z0-9.+-]+) \(([^)]+)\)/.exec(line) ?? [];
    return source === undefined || version === undefined ? undefined : { source, version };
  } catch {
    return undefined;
  }
}
