/**
 * What projects write where their own install script puts the value: `@VERSION@`, `#VERSION#`,
 * `__VERSION__`, `{VER}`, `{{ version }}`, `%{version}`, `%VERSION%`, `<version>`, `DKMS_VERSION`,
 * `$(git describe)`.
 */

const MARKED =
  /@[A-Za-z_]\w*@|#[A-Za-z_]\w*#|%[A-Za-z_]\w*%|__[A-Za-z]\w*__|[$%]?\{+\s*\w+\s*\}+|\$[({]|<[A-Za-z_]+>/;
/** A word that is no version, but the name of one; a name that is the name of one. */
const NAME_OF_A_VALUE =
  /^(?:[A-Z][A-Z0-9]*_)*(?:VERSION|PKGVER|VER|NAME)(?:_(?:PLACEHOLDER|HERE|STRING))?$/;

/** Is a placeholder in a text, or is the text the name of a value? */
export function isPlaceholder(value: string): boolean {
  return MARKED.test(value) || NAME_OF_A_VALUE.test(value);
}

/** What a person writes who means to write something else later. */
const WORDS =
  /^(?:x{2,}|tbd|todo|fixme|change[-_ ]?me|replace[-_ ]?me|placeholder|unknown|undefined|none|unset|dummy|auto|version|ver|current)$/i;
/** One mark around the whole of it: `@x@`, `%%x%%`, `{{ x }}`, `%{x}`, `<x>`, `$$x$$`. */
const ENCLOSED =
  /^(?:([@#%!|:~^&*?])\1*\s*[\w .-]+?\s*\1+|\$\$\s*[\w.-]+\s*\$\$|[$%]?\{\{\s*[\w.-]+\s*\}\}|%?\{\s*[\w?!.-]+\s*\}|<+[\w .-]+>+|\[+[A-Za-z_][\w .-]*\]+|__\w+?__)$/;

/**
 * Does a text that is the whole of PACKAGE_VERSION stand for a version, and is none? Of any name and any
 * syntax. What bash expands (`$V`, `$(…)`) is bash's to tell.
 */
export function standsForVersion(value: string): boolean {
  if (value === '' || /^[vVrR]?\.?\d/.test(value)) return false;
  if (ENCLOSED.test(value) || NAME_OF_A_VALUE.test(value) || WORDS.test(value)) return true;
  if (/[$`]/.test(value)) return false;
  // No directory of kbuild has such a name: a sentence such as "to be filled by make".
  return /^[^\d]*[\s%#{}<>!?*|()[\]]/.test(value);
}

/** The same of PACKAGE_NAME, where words with blanks may be a slip for a name. */
export function standsForName(value: string): boolean {
  return ENCLOSED.test(value) || NAME_OF_A_VALUE.test(value);
}
