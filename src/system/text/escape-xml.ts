/**
 * Escapes a text for an element or for an attribute in double quotes of XML 1.0 or HTML. Characters that XML does not
 * allow (control characters, halves of surrogate pairs) become U+FFFD (XML 1.0, 2.2).
 */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
