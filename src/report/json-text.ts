/**
 * Characters that can control a terminal, but that JSON.stringify() does not escape: DEL, C1 controls, Unicode's line
 * separators, bidirectional controls.
 */
const RAW = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Formats a document as JSON. Characters that could control the terminal are escaped. */
export function jsonText(document: unknown): string {
  const escaped = (character: string) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(document, null, 2).replace(RAW, escaped);
}
