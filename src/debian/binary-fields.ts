/**
 * This file knows the fields of a binary package's control file, as dpkg-gencontrol does (Dpkg::Control::FieldsCore,
 * CTRL_PKG_DEB).
 */

/**
 * Dependency fields, the strongest first. A relation is removed from a field if a stronger field has it already.
 * dpkg calls these relations "normal".
 */
export const DEPENDENCIES = ['Pre-Depends', 'Depends', 'Recommends', 'Suggests'] as const;
/** Fields with package relations that are merged and sorted. dpkg calls these relations "union". */
export const UNIONS = [
  'Enhances',
  'Conflicts',
  'Breaks',
  'Replaces',
  'Provides',
  'Built-Using',
  'Static-Built-Using',
] as const;

/**
 * The order in which dpkg-gencontrol writes fields. Fields that are not here come after these, sorted by their
 * bytes.
 */
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

/** Fields of the source stanza that a binary package does not inherit. */
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

/**
 * Fields that only dpkg-gencontrol may set. dpkg-gencontrol warns if a binary stanza of debian/control has one of these
 * fields.
 */
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

/** Returns the field name in dpkg's spelling: `Xb-Foo-Bar` for `XB-foo-BAR`. */
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
 * Returns what becomes of a field of debian/control in the binary package. `from` is the stanza that has the field. The
 * result is the name of the field in the package; `dropped` if the package silently lacks the field; or `unknown` if
 * dpkg-gencontrol would warn about the field and drop it. A field with the prefix XB- loses this prefix
 * (deb-src-control(5), "User-defined fields").
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

/** Returns the fields in dpkg-gencontrol's order. */
export function orderFields<T>(fields: ReadonlyMap<string, T>): [name: string, value: T][] {
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...fields].sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0));
}
