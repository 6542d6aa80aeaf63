/** Whether the name of a key or certificate is the URI of an object in a token (RFC 7512), and so not a path. */
export function isTokenUri(name: string): boolean {
  return name.startsWith('pkcs11:');
}
