import type { Field } from '../debian/control-field.ts';
import { type Deb822Paragraph, parseDeb822 } from '../debian/deb822.ts';
import type { Manifest } from '../driver/conf/init-memory.ts';
import { DkmsDebError } from '../errors.ts';
import type { ControlFields } from './files/control.ts';

/** Returns the fields of debian/control that init writes, by stanza and name, to be stored in debian/.dkms-deb.json. */
export function rememberedFields({
  source,
  binary,
}: ControlFields): NonNullable<Manifest['control']> {
  const values = (fields: readonly Field[]) =>
    Object.fromEntries(
      fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    );
  return { source: values(source), binary: values(binary) };
}

/**
 * Updates a debian/control that the user edited. A field with the value that init wrote gets the new value, or is
 * removed if init would not write it any more. New fields are added. Everything else keeps every byte, also the stanzas
 * of packages that the user added. If there is only one package, it is taken for the driver's, whatever its name.
 * Returns undefined if the file cannot be parsed, has no package, or has several packages but not the driver's; or if
 * the values that init wrote are not recorded.
 */
export function editControl(
  text: string,
  before: Manifest['control'],
  wanted: ControlFields,
): string | undefined {
  if (before === undefined) return undefined;
  try {
    const document = parseDeb822(text, 'debian/control');
    const [source, ...binaries] = document.paragraphs;
    const [only, ...others] = binaries;
    const name = before.binary?.Package;
    const binary =
      others.length === 0 ? only : binaries.find((stanza) => stanza.get('Package') === name);
    if (source === undefined || binary === undefined) return undefined;
    edit(source, before.source ?? {}, wanted.source);
    edit(binary, before.binary ?? {}, wanted.binary);
    return document.toString();
  } catch (error) {
    if (error instanceof DkmsDebError) return undefined;
    throw error;
  }
}

function edit(
  paragraph: Deb822Paragraph,
  before: Readonly<Record<string, string>>,
  wanted: readonly Field[],
): void {
  const names = new Set(wanted.flatMap(([name, value]) => (value === undefined ? [] : [name])));
  let previous = '';
  for (const [name, value] of wanted) {
    if (value === undefined) continue;
    const old = before[name];
    if (paragraph.has(name)) {
      // The values are compared without their layout, because tools such as wrap-and-sort change the layout.
      const untouched = old !== undefined && plain(paragraph.get(name)) === plain(old);
      if (untouched && plain(value) !== plain(old)) paragraph.set(name, value);
    } else if (old === undefined) paragraph.insertAfter(previous, name, value);
    if (paragraph.has(name)) previous = name;
  }
  for (const [name, old] of Object.entries(before)) {
    if (!names.has(name) && plain(paragraph.get(name)) === plain(old)) paragraph.remove(name);
  }
}

function plain(value: string | undefined): string {
  return (value ?? '').replace(/\s+/g, ' ').trim().replace(/,$/, '');
}
