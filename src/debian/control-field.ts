import { InputError } from '../errors.ts';
import { refuseControlCharacters } from './field-text.ts';

/** Name and value; undefined or blank values are left out of a stanza (Policy 5.1 forbids empty fields). */
export type Field = readonly [name: string, value: string | undefined];

/** Policy 5.1: printable ASCII without blank and colon, not beginning with `#` or `-`. */
const FIELD_NAME = /^[!"$-,.-9;-~][!-9;-~]*$/;

/** Is `name` a field name that Policy 5.1 allows? */
export function isFieldName(name: string): boolean {
  return FIELD_NAME.test(name);
}

/**
 * One field with its final newline (Policy 5.1, deb822(5)). `value` is unfolded, as
 * Deb822Paragraph.get() and dpkg's Perl modules have it: its second and later lines become
 * continuation lines behind one added blank, so no value can begin a field or a paragraph; an
 * empty line becomes ` .`, and a line of dots gets one more. A value that begins with a newline
 * leaves the field's own line empty. Throws InputError `field-name` or `control-character`.
 */
export function formatField(name: string, value: string): string {
  if (!isFieldName(name)) {
    throw new InputError('field-name', `${JSON.stringify(name)} is not a field name`, {
      hint: 'Field names have printable ASCII characters without blanks and ":" (Debian Policy 5.1).',
    });
  }
  refuseControlCharacters(value, `the value of ${name}`);
  const [first = '', ...others] = value.split('\n');
  // Only what follows the last text is dropped: blank lines inside a value mean something.
  while (others.length > 0 && others.at(-1)?.trim() === '') others.pop();
  const head = first.trim();
  let text = head === '' ? `${name}:\n` : `${name}: ${head}\n`;
  for (const line of others) {
    const content = line.trimEnd();
    text += /^\.*$/.test(content) ? ` .${content}\n` : ` ${content}\n`;
  }
  return text;
}

/** A folded field with one item a line (Policy 5.1, as `wrap-and-sort -a`); one item stays on the first line. */
export function formatListField(name: string, items: readonly string[]): string {
  const [only] = items;
  if (items.length === 1 && only !== undefined) return formatField(name, only);
  return formatField(name, `\n${items.join(',\n')}`);
}

/**
 * A stanza (paragraph) of fields in the given order, each with its newline (Policy 5.1); blank
 * values are left out. Throws InputError `duplicate-field` where two names differ only in case.
 */
export function formatStanza(fields: readonly Field[]): string {
  const seen = new Set<string>();
  let text = '';
  for (const [name, value] of fields) {
    if (value === undefined || value.trim() === '') continue;
    const key = name.toLowerCase();
    if (seen.has(key)) {
      throw new InputError('duplicate-field', `the field ${name} is given twice in one stanza`, {
        hint: 'Keep one of them (Debian Policy 5.1).',
      });
    }
    seen.add(key);
    text += formatField(name, value);
  }
  return text;
}
