import { InputError } from '../errors.ts';
import { refuseControlCharacters } from './field-text.ts';

/**
 * A field's name and value. formatStanza leaves out a field whose value is undefined or blank: Policy 5.1 forbids
 * empty fields.
 */
export type Field = readonly [name: string, value: string | undefined];

/** Policy 5.1: printable ASCII without space and colon; the first character is not `#` or `-`. */
const FIELD_NAME = /^[!"$-,.-9;-~][!-9;-~]*$/;

/** Is `name` a field name that Policy 5.1 allows? */
export function isFieldName(name: string): boolean {
  return FIELD_NAME.test(name);
}

/**
 * Returns the text of one field with its final newline (Policy 5.1, deb822(5)). `value` is
 * unfolded, as Deb822Paragraph.get() returns it. The second and later lines become continuation
 * lines: each is indented by one space, so a value cannot begin another field or paragraph. An
 * empty line becomes ` .`, and a line of dots is written with one dot more. If the value begins
 * with a newline, the line with the field's name has no text. Throws InputError `field-name` or
 * `control-character`.
 */
export function formatField(name: string, value: string): string {
  if (!isFieldName(name)) {
    throw new InputError('field-name', `${JSON.stringify(name)} is not a field name`, {
      hint: 'Use printable ASCII characters except space and ":" in field names (Debian Policy 5.1).',
    });
  }
  refuseControlCharacters(value, `the value of ${name}`);
  const [first = '', ...others] = value.split('\n');
  // Only blank lines at the end are dropped: inside a value they separate paragraphs.
  while (others.length > 0 && others.at(-1)?.trim() === '') others.pop();
  const head = first.trim();
  let text = head === '' ? `${name}:\n` : `${name}: ${head}\n`;
  for (const line of others) {
    const content = line.trimEnd();
    text += /^\.*$/.test(content) ? ` .${content}\n` : ` ${content}\n`;
  }
  return text;
}

/**
 * Returns the value of a field that is a list, for formatField: one item per line, as `wrap-and-sort -as` writes it.
 * A single item stays on the line of the field's name.
 */
export function listValue(items: readonly string[]): string {
  const [only, ...others] = items;
  return others.length === 0 ? (only ?? '') : `\n${items.join(',\n')}`;
}

/**
 * Returns the text of a stanza: the fields in the given order, without blank ones (Policy 5.1).
 * Throws InputError `duplicate-field` if two names are the same or differ only in case, and the
 * errors of formatField.
 */
export function formatStanza(fields: readonly Field[]): string {
  const seen = new Set<string>();
  let text = '';
  for (const [name, value] of fields) {
    if (value === undefined || value.trim() === '') continue;
    const key = name.toLowerCase();
    if (seen.has(key)) {
      throw new InputError('duplicate-field', `the field ${name} is given twice in one stanza`, {
        hint: 'Keep one of the two fields (Debian Policy 5.1).',
      });
    }
    seen.add(key);
    text += formatField(name, value);
  }
  return text;
}
