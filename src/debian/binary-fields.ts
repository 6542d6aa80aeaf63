/**
 * The fields of a binary package's control file as dpkg-gencontrol knows them
 * (Dpkg::Control::FieldsCore, CTRL_PKG_DEB).
 */

/** Relations of which one another may be implied: dpkg's "normal" ones, from the strongest down. */
export const DEPENDENCIES = ['Pre-Depends', 'Depends', 'Recommends', 'Suggests'] as const;
/** Relations that are collected, not fulfilled: dpkg's "union" ones. */
export const UNIONS = [
  'Enhances',
  'Conflicts',
  'Breaks',
  'Replaces',
  'Provides',
  'Built-Using',
  'Static-Built-Using',
] as const;

/** In the order in which dpkg-gencontrol writes them; what is not here follows, sorted by bytes. */
const ORDER = [
  'Package',
  'Package-Type',
  'Source',
  'Version',
  'Kernel-Version',
  'Built-For-Profiles',
  'Auto-Built-Package',
  'Architecture',
  'Subarchitecture',
  'Installer-Menu-Item',
  'Build-Essential',
  'Essential',
  'Protected',
  'Origin',
  'Bugs',
  'Maintainer',
  'Installed-Size',
  ...DEPENDENCIES,
  ...UNIONS,
  'Section',
  'Priority',
  'Multi-Arch',
  'Homepage',
  'Description',
  'Tag',
  'Task',
];

/** Fields of the source stanza that a binary package inherits. */
const INHERITED = new Set(['Bugs', 'Homepage', 'Maintainer', 'Origin', 'Priority', 'Section']);

/** Fields that the source stanza may have and a binary package does not get. */
const OF_THE_SOURCE = new Set([
  'Source',
  'Uploaders',
  'Standards-Version',
  'Rules-Requires-Root',
  'Build-Depends',
  'Build-Depends-Arch',
  'Build-Depends-Indep',
  'Build-Conflicts',
  'Build-Conflicts-Arch',
  'Build-Conflicts-Indep',
  'Description',
  'Testsuite',
  'Testsuite-Triggers',
  ...['Browser', 'Arch', 'Bzr', 'Cvs', 'Darcs', 'Git', 'Hg', 'Mtn', 'Svn'].map((w) => `Vcs-${w}`),
]);

/** Fields that only dpkg-gencontrol sets: a binary stanza that has them is told so. */
const NOT_IN_BINARY_STANZA = new Set([
  'Auto-Built-Package',
  'Bugs',
  'Installed-Size',
  'Maintainer',
  'Origin',
  'Source',
  'Version',
]);

const SPELLING: ReadonlyMap<string, string> = new Map(
  [...ORDER, ...OF_THE_SOURCE, 'Build-Profiles'].map((name) => [name.toLowerCase(), name]),
);

/** The name as dpkg spells it: `XB-foo-BAR` is `Xb-Foo-Bar`. */
export function capitalizeField(name: string): string {
  const lower = name.toLowerCase();
  const known = SPELLING.get(lower);
  if (known !== undefined) return known;
  return lower
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('-');
}

/**
 * What becomes of a field of debian/control in the binary package: its name there, `dropped` where
 * it belongs elsewhere, or `unknown` where dpkg-gencontrol warns and drops it (deb-src-control(5),
 * "User-defined fields": XB- goes into the binary package without its prefix).
 */
export function transferField(
  from: 'source' | 'binary',
  name: string,
): { readonly to: string } | 'dropped' | 'unknown' {
  const field = capitalizeField(name);
  const known = SPELLING.has(field.toLowerCase());
  if (known && from === 'source') {
    if (INHERITED.has(field)) return { to: field };
    return OF_THE_SOURCE.has(field) ? 'dropped' : 'unknown';
  }
  if (known && !OF_THE_SOURCE.has(field) && !NOT_IN_BINARY_STANZA.has(field)) {
    return field === 'Build-Profiles' ? 'dropped' : { to: field };
  }
  if (field === 'Description') return { to: field };
  const [prefix, letters] = /^X([SBC]*)-/i.exec(field) ?? [];
  if (prefix === undefined) return 'unknown';
  return /b/i.test(letters ?? '') ? { to: field.slice(prefix.length) } : 'dropped';
}

/** The fields in dpkg-gencontrol's order. */
export function orderFields<T>(fields: ReadonlyMap<string, T>): [name: string, value: T][] {
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...fields].sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0));
}
