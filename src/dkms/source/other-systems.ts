/** What a tree has for other systems or for programs, and no Linux module is made of. */

/** At the top only: below it such a name may be a part of a portable driver (`os/freebsd`, `solaris/`). */
const OTHER_SYSTEM = /^(?:windows|win32|win64|winusb|macos|mac_?osx?|osx|freebsd|netbsd|openbsd)$/i;
/** Linked programs and libraries of any system, and the projects of Visual Studio. */
const PREBUILT = /\.(?:exe|dll|dylib|sys|msi|so(?:\.\d+)*|vcxproj(?:\.filters)?|vcproj|sln)$/i;

/**
 * Whether a path is for another system, or a program that somebody linked. A makefile or an #include that names
 * it knows better (chooseSource).
 */
export function isOfOtherSystem(path: string): boolean {
  const [top = '', ...below] = path.split('/');
  return (below.length > 0 && OTHER_SYSTEM.test(top)) || PREBUILT.test(path);
}
