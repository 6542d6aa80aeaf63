/**
 * Returns a URL, or a text with URLs, without the passwords in them, for messages. The user name is removed only from an
 * http URL, where it may be a token; ssh needs it. A password that should have been encoded, because it has a slash, is
 * removed as well; a port is not taken for a password. The lengths are limited, because of the time for hostile texts.
 */
export function withoutSecret(text: string): string {
  if (!text.includes('://')) return text;
  return text
    .replace(
      /\b(https?:\/\/)(?:[^\s/:]{0,300}:(?!\d{1,5}(?:\/|$))\S{0,300}|[^\s/]{0,300})@/gi,
      '$1',
    )
    .replace(
      /\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@]{0,300}):(?!\d{1,5}(?:\/|$))\S{0,300}@/gi,
      '$1@',
    );
}
