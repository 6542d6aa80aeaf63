/** The person in a Maintainer field or changelog trailer: `Name <mail>` (Policy 5.6.2). */
export interface Person {
  readonly name: string;
  readonly email: string;
}

/**
 * Returns `Name <mail>` for Maintainer, changelog and copyright. A name with a comma is quoted (RFC
 * 5322), because readers of address lists would split it into two people.
 */
export function formatPerson({ name, email }: Person): string {
  return `${name.includes(',') ? `"${name}"` : name} <${email}>`;
}

/**
 * Reads `Name <mail>` or `"Name" <mail>`. Returns undefined for other text and for a name or address
 * that is not allowed.
 */
export function parsePerson(text: string): Person | undefined {
  const [, quoted, plain, email] = /^\s*(?:"([^"]*)"|([^"<>]*?))\s*<([^<>]+)>\s*$/.exec(text) ?? [];
  const name = (quoted ?? plain ?? '').trim();
  if (email === undefined || wrongName(name) !== undefined || !isEmail(email)) return undefined;
  return { name, email };
}

/** Is `text` an address of the form local@domain? The domain need not have a dot: root@localhost is accepted. */
export function isEmail(text: string): boolean {
  return (
    /^[^\s<>"(),:;@[\]\\\p{Cc}\p{Cf}]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.test(text) &&
    text.length <= 254
  );
}

/** Returns why a person's name is not allowed in a control field, or undefined if it is allowed. */
export function wrongName(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) return 'contains a line break or control character';
  if (/[<>"\\@]/.test(name)) return 'contains one of < > " \\ @, which is not allowed in a name';
  if (name.length > 200) return 'is longer than 200 characters';
  return undefined;
}
