/** What a project's own install script fills in, such as `@VERSION@`: finding it in a dkms.conf. */

/** A placeholder of the text: `@VERSION@` has the name VERSION. */
export interface Placeholder {
  /** As it stands in the text. */
  readonly text: string;
  readonly name: string;
  /** Of its first use, from 1. */
  readonly line: number;
}

/** `{VER}` only where the shell would not expand it: not `${VER}`, no brace expansion `{a,b}`. */
const MARKED = /@([A-Za-z_]\w*)@|#([A-Za-z_]\w*)#|\b__([A-Z]\w*?)__\b|(?<![\w$}])\{([A-Z]\w*)\}/g;
/** `PACKAGE_VERSION="DKMS_VERSION"`: a word that is no version, but the name of one. */
const BARE =
  /^\s*PACKAGE_(?:VERSION|NAME)(?:\[0\])?=["']?((?:DKMS|MODULE|PACKAGE|PKG|DRIVER)_(?:VERSION|NAME)|VERSION|PKGVER|MODULE_VERSION)["']?\s*(?:#.*)?$/;

/** The placeholders of a dkms.conf, each once; what a comment says is no placeholder. */
export function findPlaceholders(text: string): Placeholder[] {
  const found = new Map<string, Placeholder>();
  for (const [index, raw] of text.split('\n').entries()) {
    // `#VERSION#` looks like a comment only at the beginning of a line or behind a blank.
    if (/^\s*#(?![A-Za-z_]\w*#)/.test(raw)) continue;
    const line = raw.replace(/\s#\s.*$/, '');
    for (const match of line.matchAll(MARKED)) {
      const [marked] = match;
      const name = match.slice(1).find((group) => group !== undefined) ?? '';
      if (!found.has(marked)) found.set(marked, { text: marked, name, line: index + 1 });
    }
    const bare = BARE.exec(line)?.[1];
    if (bare !== undefined && !found.has(bare)) {
      found.set(bare, { text: bare, name: bare, line: index + 1 });
    }
  }
  return [...found.values()];
}

/** The text with every placeholder of `values` (by its text) replaced. */
export function fillPlaceholders(text: string, values: ReadonlyMap<string, string>): string {
  let filled = text;
  for (const [placeholder, value] of values) {
    filled =
      /^\w/.test(placeholder) && !placeholder.startsWith('__')
        ? filled.replace(
            new RegExp(
              `^(\\s*PACKAGE_(?:VERSION|NAME)(?:\\[0\\])?=["']?)${placeholder}(?=["'\\s]|$)`,
              'gm',
            ),
            (_, before: string) => before + value,
          )
        : filled.replaceAll(placeholder, () => value);
  }
  return filled;
}

/** Does a name ask for the driver's version? */
export function asksForVersion(name: string): boolean {
  return /(?:^|_)(?:VERSION|VERS|VER|PKGVER|MODVER|DKMSMODVER|REVISION)$|^(?:PKG|MOD|DKMSMOD|CONFIG)?VER(?:SION)?$/i.test(
    name,
  );
}

/** Does a name ask for the driver's name? */
export function asksForName(name: string): boolean {
  return /^_?(?:PACKAGE_NAME|PKG_?NAME|PKG_?BASE|PACKAGE_TARNAME|PACKAGE|MODULE_NAME|MOD_?NAME|MODULE|MOD|NAME|DKMS_?NAME|DRIVER_?NAME|DRIVER|BUILT_MODULE_NAME|PROJECT_?NAME|CMAKE_PROJECT_NAME)$/i.test(
    name,
  );
}
