/** Escapes a text so that it matches itself in a regular expression. Node 24 has RegExp.escape for that. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
