import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * The version of the packages that unpacked headers came in: Debian compiles it into the kernel
 * (LINUX_PACKAGE_ID), others have it in the changelog only. Undefined for a kernel of no package.
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
    (root === '/' ? undefined : await versionOfChangelog(root, release));
  return version !== undefined && /^[0-9][A-Za-z0-9.+~:-]*$/.test(version) ? version : undefined;
}

async function versionOfChangelog(root: string, release: string): Promise<string | undefined> {
  const documents = join(root, 'usr/share/doc', `linux-headers-${release}`);
  const bytes = await readFile(join(documents, 'changelog.Debian.gz')).catch(() => undefined);
  if (bytes === undefined) return undefined;
  try {
    return /^[\w.+-]+ \(([^)]+)\)/.exec(gunzipSync(bytes).toString('utf8', 0, 300))?.[1];
  } catch {
    return undefined;
  }
}
