/** Recognizes files that are not part of a Linux module: files for other operating systems, and compiled programs. */

/** Top-level folders for other systems. Deeper folders may be parts of a portable driver (`os/freebsd`). */
const OTHER_SYSTEM = /^(?:windows|win32|win64|winusb|macos|mac_?osx?|osx|freebsd|netbsd|openbsd)$/i;
/** Compiled programs and libraries of any system, and projects of Visual Studio. */
const PREBUILT = /\.(?:exe|dll|dylib|sys|msi|so(?:\.\d+)*|vcxproj(?:\.filters)?|vcproj|sln)$/i;

/**
 * Whether a file is for another system, or a compiled program. Such a file is still source if a makefile or dkms.conf
 * names it (findNamed).
 */
export function isOfOtherSystem(path: string): boolean {
  const [top = '', ...below] = path.split('/');
  return (below.length > 0 && OTHER_SYSTEM.test(top)) || PREBUILT.test(path);
}
