import { basename } from 'node:path';

/** dh_fixperms(1): never executable, wherever they lie. */
const NEVER_EXECUTABLE = /\.(so(\..*)?|la|a|js|css|scss|sass|jpeg|jpg|png|gif|cmxs|node)$/;
const PLAIN_DIRECTORIES =
  /^usr\/(share\/(doc\/(?![^/]*\/examples\/)|man\/|applications\/|lintian\/overrides\/)|include\/)/;
const PROGRAM_DIRECTORIES = /^((usr\/)?s?bin|usr\/games|etc\/init\.d)\/[^/]+$/;

/**
 * The mode a file has in a package: `go=rX,u+rw,a-s` of what it has on disk, 0644 for documentation
 * and some suffixes, executable in bin directories (dh_fixperms(1)); no umask of a checkout is packed.
 */
export function packagedMode(path: string, mode: number): number {
  if (PROGRAM_DIRECTORIES.test(path)) return 0o755;
  if (NEVER_EXECUTABLE.test(basename(path)) || PLAIN_DIRECTORIES.test(path)) return 0o644;
  const owner = ((mode >> 6) & 0o7) | 0o6;
  const others = mode & 0o111 ? 0o5 : 0o4;
  return (owner << 6) | (others << 3) | others;
}
