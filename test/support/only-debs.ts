/**
 * The options of dpkg-buildpackage for a test that looks at the .deb files alone. debian/rules is called as for `-b`, but
 * no .buildinfo and no .changes are written, which takes a third of the time.
 */
export const ONLY_DEBS = ['-us', '-uc', '-d', '-T', 'clean,build,binary'] as const;
