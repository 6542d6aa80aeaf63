import { queryDpkg } from '../system/process/query-dpkg.ts';
import { headersPackageName } from './release.ts';

/**
 * Returns the flavour in a kernel release: `amd64` for 6.1.0-56-amd64, `cloud-amd64` for 6.12.57+deb13.1-cloud-amd64,
 * `generic` for 6.8.0-138-generic. Returns the whole release if it has no flavour.
 */
export function flavourOf(release: string): string {
  // A release with `+deb13` has no ABI number before the flavour. A flavour may begin with a digit: 686-pae.
  const end =
    /^[^-]*\+[^-]*-(.+)$/.exec(release) ?? /^[^-]+-(?:rc\d+-)?(?:\d[^-]*-)?(.+)$/.exec(release);
  return end?.[1] ?? release;
}

/**
 * Returns the X of the metapackage linux-image-X that always depends on the newest kernel of the same kind. The release
 * alone does not determine X: bookworm has linux-image-amd64 for 6.1, and linux-image-6.12-amd64 for 6.12. If an
 * installed package linux-headers-X depends on the headers of this release, X is taken from its name, otherwise from
 * the release.
 */
export async function readFlavour(release: string): Promise<string> {
  return flavourFrom(await queryDpkg(['Package', 'Depends'], ['linux-headers-*']), release);
}

/**
 * Does the same as readFlavour, but for the given packages. `packages` has the fields Package and Depends of each
 * linux-headers package.
 */
export function flavourFrom(packages: readonly (readonly string[])[], release: string): string {
  const wanted = headersPackageName(release);
  const names = packages.flatMap(([name = '', depends = '']) => {
    // A metapackage depends only on the headers of one kernel, and since Linux 7 also on linux-base-X.
    const words = depends.replace(/ \(.*?\)/g, '').split(/,\s*/);
    const leads = words.filter((word) => !/^linux-base-/.test(word)).join() === wanted;
    return leads && name !== wanted ? [name.replace('linux-headers-', '')] : [];
  });
  return names.sort((a, b) => a.length - b.length)[0] ?? flavourOf(release);
}
