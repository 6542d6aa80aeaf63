/**
 * Steps of dh's sequence that may be skipped for a package of module source. Such a step does nothing, unless debian/
 * has a file for the step, or the tree has files that the step changes.
 */
export const IDLE_STEPS: ReadonlySet<string> = new Set([
  'dh_testdir',
  'dh_testroot',
  'dh_update_autotools_config',
  'dh_autoreconf',
  'dh_autoreconf_clean',
  'dh_auto_configure',
  'dh_auto_build',
  'dh_auto_test',
  'dh_auto_install',
  'dh_auto_clean',
  'dh_clean',
  'dh_installcatalogs',
  'dh_installcron',
  'dh_installdebconf',
  'dh_installemacsen',
  'dh_installifupdown',
  'dh_installinfo',
  'dh_installinit',
  'dh_installsysusers',
  'dh_installtmpfiles',
  'dh_installsystemd',
  'dh_installsystemduser',
  'dh_installmenu',
  'dh_installmime',
  'dh_installlogcheck',
  'dh_installlogrotate',
  'dh_installpam',
  'dh_installppp',
  'dh_installgsettings',
  'dh_installinitramfs',
  'dh_installalternatives',
  'dh_bugfiles',
  'dh_ucf',
  'dh_icons',
  'dh_perl',
  'dh_usrlocal',
  'dh_installwm',
  'dh_installxfonts',
  'dh_strip_nondeterminism',
  'dh_missing',
  'dh_dwz',
  'dh_strip',
  'dh_makeshlibs',
  'dh_shlibdeps',
]);

/**
 * Variables for compilers, tests or output. They do not matter, because module source is not compiled or tested when
 * its package is built.
 */
export const IDLE_VARIABLES =
  /^(?:DH_VERBOSE|DH_QUIET|DEB_BUILD_HARDENING|DEB_BUILD_MAINT_OPTIONS|DEB_[A-Z]+_MAINT_(?:APPEND|STRIP|PREPEND|SET)|DPKG_EXPORT_BUILD(?:FLAGS|TOOLS)|LC_ALL|LANG)$/;

/** Variables that make, dpkg or debhelper read. Setting one may change the build. */
export const MEANINGFUL_VARIABLES =
  /^(?:DH_|DEB_|DPKG_|MAKE|GNUMAKE|SOURCE_DATE|\.)|^(?:SHELL|PATH|HOME|TMPDIR|BASH_ENV|ENV|VPATH|CURDIR)$/;

/** Matches the makefiles of dpkg. They only set variables. */
export const DPKG_MAKEFILE =
  /^\/usr\/share\/dpkg\/(?:architecture|buildflags|buildopts|buildtools|default|pkg-info|vendor)\.mk$/;

/** Matches arguments of dh that do not change the package: the number of jobs, verbosity, and the addon dkms. */
export const IDLE_ARGUMENT =
  /^(?:--no-parallel|--parallel|--max-parallel=\d+|-v|--verbose|--with=["']?dkms["']?)$/;

/** Matches commands of a recipe that do nothing. */
export const IDLE_COMMAND = /^[@-]*\s*(?:#.*|:|(?:\/bin\/)?true|echo(?:\s+[^;&|<>$`]*)?)$/;
