/**
 * Placeholders: texts that a project's install script replaces by a value, such as `@VERSION@`,
 * `#VERSION#`, `__VERSION__`, `{VER}`, `{{ version }}`, `%{version}`, `%VERSION%`, `<version>`,
 * `DKMS_VERSION`, `$(git describe)`.
 */

const MARKED =
  /@[A-Za-z_]\w*@|#[A-Za-z_]\w*#|%[A-Za-z_]\w*%|__[A-Za-z]\w*__|[$%]?\{+\s*\w+\s*\}+|\$[({]|<[A-Za-z_]+>/;
/** Matches words that name a value instead of being one, such as `DKMS_VERSION`. */
const NAME_OF_A_VALUE =
  /^(?:[A-Z][A-Z0-9]*_)*(?:VERSION|PKGVER|VER|NAME)(?:_(?:PLACEHOLDER|HERE|STRING))?$/;

/** Does the text contain a placeholder, or is it the name of a value? */
export function isPlaceholder(value: string): boolean {
  return MARKED.test(value) || NAME_OF_A_VALUE.test(value);
}

/** Words that people write as a value if they do not know the real value yet. */
const WORDS =
  /^(?:x{2,}|tbd|todo|fixme|change[-_ ]?me|replace[-_ ]?me|placeholder|unknown|undefined|none|unset|dummy|auto|version|ver|current)$/i;
/** Matches a text between marks, such as `@x@`, `%%x%%`, `{{ x }}`, `%{x}`, `<x>`, `$$x$$`. */
const ENCLOSED =
  /^(?:([@#%!|:~^&*?])\1*\s*[\w .-]+?\s*\1+|\$\$\s*[\w.-]+\s*\$\$|[$%]?\{\{\s*[\w.-]+\s*\}\}|%?\{\s*[\w?!.-]+\s*\}|<+[\w .-]+>+|\[+[A-Za-z_][\w .-]*\]+|__\w+?__)$/;

/**
 * Is the whole value of PACKAGE_VERSION a placeholder? The placeholder may have any name and syntax. Returns false for
 * a text that bash expands (`$V`, `$(…)`).
 */
export function standsForVersion(value: string): boolean {
  if (value === '' || /^[vVrR]?\.?\d/.test(value)) return false;
  if (ENCLOSED.test(value) || NAME_OF_A_VALUE.test(value) || WORDS.test(value)) return true;
  if (/[$`]/.test(value)) return false;
  // A sentence such as "to be filled by make" is a placeholder, too. It cannot be a version, because kbuild cannot use
  // it as a directory name.
  return /^[^\d]*[\s%#{}<>!?*|()[\]]/.test(value);
}

/**
 * Whether the whole value of PACKAGE_NAME is a placeholder. Returns false for words with spaces and without marks,
 * because they may be a name with a mistake.
 */
export function standsForName(value: string): boolean {
  return ENCLOSED.test(value) || NAME_OF_A_VALUE.test(value);
}
