import { withoutEpoch } from './version.ts';

/** Returns the file name that dpkg-deb gives a package: `name_version_architecture.deb`, without the epoch. */
export function debFileName(name: string, version: string, architecture: string): string {
  return `${name}_${withoutEpoch(version)}_${architecture}.deb`;
}
