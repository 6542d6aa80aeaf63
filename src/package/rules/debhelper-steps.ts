/**
 * Steps of dh's sequence that do nothing for a package of module source, as long as debian/ has none of their
 * files and the tree nothing for them to work on: leaving one out changes nothing.
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
 * Variables that tell a compiler, a test or the screen something. No file of module source is compiled or
 * tested where the package is built.
 */
export const IDLE_VARIABLES =
  /^(?:DH_VERBOSE|DH_QUIET|DEB_BUILD_HARDENING|DEB_BUILD_MAINT_OPTIONS|DEB_[A-Z]+_MAINT_(?:APPEND|STRIP|PREPEND|SET)|DPKG_EXPORT_BUILD(?:FLAGS|TOOLS)|LC_ALL|LANG)$/;

/** Names that make, dpkg or debhelper read: setting one may change a build. */
export const SPOKEN_FOR =
  /^(?:DH_|DEB_|DPKG_|MAKE|GNUMAKE|SOURCE_DATE|\.)|^(?:SHELL|PATH|HOME|TMPDIR|BASH_ENV|ENV|VPATH|CURDIR)$/;

/** dpkg's makefiles: they only set variables. */
export const DPKG_MAKEFILE =
  /^\/usr\/share\/dpkg\/(?:architecture|buildflags|buildopts|buildtools|default|pkg-info|vendor)\.mk$/;

/** dh's arguments that change no file: how many jobs, how much is said, and the one addon that is known. */
export const IDLE_ARGUMENT =
  /^(?:--no-parallel|--parallel|--max-parallel=\d+|-v|--verbose|--with=["']?dkms["']?)$/;

/** A command of a recipe that does nothing. */
export const IDLE_COMMAND = /^[@-]*\s*(?:#.*|:|(?:\/bin\/)?true|echo(?:\s+[^;&|<>$`]*)?)$/;
