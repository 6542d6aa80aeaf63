import { basename } from 'node:path';

/** Files that are executable only in the directories of programs (dh_fixperms(1)). */
const NEVER_EXECUTABLE = /\.(so(\..*)?|la|a|js|css|scss|sass|jpeg|jpg|png|gif|cmxs|node)$/;
const PLAIN_DIRECTORIES =
  /^usr\/(share\/(doc\/(?![^/]*\/examples\/)|man\/|applications\/|lintian\/overrides\/)|include\/)/;
const PROGRAM_DIRECTORIES = /^((usr\/)?s?bin|usr\/games|etc\/init\.d)\/[^/]+$/;

/**
 * Returns the mode that a file gets in a package (dh_fixperms(1)): 0755 in directories of programs; 0644 for some
 * suffixes, and in directories such as usr/share/doc and usr/include; otherwise the mode on the disk with
 * `go=rX,u+rw,a-s`, so that the mode in the package does not depend on the umask.
 */
export function packagedMode(path: string, mode: number): number {
  if (PROGRAM_DIRECTORIES.test(path)) return 0o755;
  if (NEVER_EXECUTABLE.test(basename(path)) || PLAIN_DIRECTORIES.test(path)) return 0o644;
  const owner = ((mode >> 6) & 0o7) | 0o6;
  const others = mode & 0o111 ? 0o5 : 0o4;
  return (owner << 6) | (others << 3) | others;
}
