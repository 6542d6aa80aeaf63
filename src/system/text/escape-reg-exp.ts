/** A text as a regular expression that matches it and nothing else; RegExp.escape of newer Nodes. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
