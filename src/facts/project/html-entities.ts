import { lookUp } from '../../system/text/look-up.ts';

/** The entities of HTML that READMEs have. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  mdash: '-',
  ndash: '-',
  hellip: '...',
  lsquo: "'",
  rsquo: "'",
  ldquo: '"',
  rdquo: '"',
  reg: '®',
  copy: '©',
  trade: '™',
  micro: 'µ',
  deg: '°',
  times: '×',
};

/** Returns the character that an entity stands for. An unknown entity is returned as it is. */
function decode(whole: string, name: string): string {
  if (!name.startsWith('#')) return lookUp(ENTITIES, name.toLowerCase()) ?? whole;
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  // Control characters and halves of surrogate pairs are not text.
  const isText =
    (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && !(code >= 0xd800 && code < 0xe000));
  return isText && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
}

/** Returns the text with characters in place of the entities of HTML, such as ® for `&reg;`. */
export function decodeEntities(text: string): string {
  return text.replace(/&(\w{2,6}|#\d{2,6}|#x[\da-f]{2,5});/gi, decode);
}
