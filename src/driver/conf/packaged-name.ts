import { readdir } from 'node:fs/promises';
import { parseDeb822 } from '../../debian/deb822.ts';
import { isPackageName } from '../../debian/package-name.ts';
import { DkmsDebError } from '../../errors.ts';
import { driverPackages } from '../../package/packaging.ts';
import type { Manifest } from './init-memory.ts';

/**
 * Returns the name that the package of the driver has in a debian/ that init did not make. The package keeps this name.
 * Returns undefined if init made debian/, or if debian/control does not show which of its packages has the driver.
 */
export async function packagedName(
  debian: string,
  control: string | undefined,
  manifest: Manifest | undefined,
): Promise<string | undefined> {
  if (manifest !== undefined) return manifest.adopted?.package;
  // If debian/control does not mention dkms, none of its packages has the driver. They may have tools, for example.
  if (control === undefined || !/dkms/.test(control)) return undefined;
  const [only, ...others] = driverPackages(
    binaryNames(control),
    new Set(await readdir(debian).catch(() => [])),
  );
  return others.length > 0 ? undefined : only;
}

/** Returns the names of the binary packages in debian/control. Returns none if it cannot be parsed. */
function binaryNames(control: string): string[] {
  try {
    const [, ...binaries] = parseDeb822(control, 'debian/control').paragraphs;
    return binaries.map((binary) => binary.get('Package') ?? '').filter(isPackageName);
  } catch (error) {
    if (error instanceof DkmsDebError) return [];
    throw error;
  }
}
