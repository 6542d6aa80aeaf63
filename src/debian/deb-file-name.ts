import { withoutEpoch } from './version.ts';

/** As dpkg-deb names a package: without the epoch. */
export function debFileName(name: string, version: string, architecture: string): string {
  return `${name}_${withoutEpoch(version)}_${architecture}.deb`;
}
