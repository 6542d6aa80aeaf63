/** A person of the Maintainer field and of changelog trailers: `Name <mail>` (Policy 5.6.2). */
export interface Person {
  readonly name: string;
  readonly email: string;
}

/**
 * `Name <mail>` for Maintainer, changelog and copyright. A comma would make two people of one
 * wherever the field is read as an address list, so such a name is quoted as RFC 5322 says.
 */
export function formatPerson({ name, email }: Person): string {
  return `${name.includes(',') ? `"${name}"` : name} <${email}>`;
}

/** `Name <mail>` or `"Name" <mail>`; undefined where it is not such a thing or not usable. */
export function parsePerson(text: string): Person | undefined {
  const [, quoted, plain, email] = /^\s*(?:"([^"]*)"|([^"<>]*?))\s*<([^<>]+)>\s*$/.exec(text) ?? [];
  const name = (quoted ?? plain ?? '').trim();
  if (email === undefined || wrongName(name) !== undefined || !isEmail(email)) return undefined;
  return { name, email };
}

/** local@domain; a full stop in the domain is not asked for (root@localhost is somebody's choice). */
export function isEmail(text: string): boolean {
  return (
    /^[^\s<>"(),:;@[\]\\\p{Cc}\p{Cf}]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.test(text) &&
    text.length <= 254
  );
}

/** What makes a name unfit for a control field; undefined for one that is fit. */
export function wrongName(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) return 'contains a line break or control character';
  if (/[<>"\\@]/.test(name)) return 'contains one of < > " \\ @, which a name must not';
  if (name.length > 200) return 'is longer than 200 characters';
  return undefined;
}
