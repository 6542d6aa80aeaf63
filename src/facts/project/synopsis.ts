import { tidySynopsis } from '../../debian/description.ts';
import { driverName } from '../../dkms/conf/names.ts';
import { isPlaceholder } from '../../dkms/conf/placeholder.ts';
import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';

/** The longest synopsis in characters. A longer one is shortened. It fits into a line of 80 together with " (DKMS)". */
const SYNOPSIS_WIDTH = 70;

/**
 * Makes a synopsis from a line. Returns undefined if the line only repeats the name of the driver, is too short or a
 * placeholder, or is about something else, such as a fork.
 */
export function usableSynopsis(line: string, dkmsName: string): string | undefined {
  const stem = driverName(dkmsName);
  const name = escapeRegExp(stem).replace(/[-_ ]/g, '[-_ ]?');
  const bare = line
    .replace(/[\s,(]*\b(?:from|at|see)?[\s:(<]*https?:\/\/\S+/gi, '')
    // A name in a script other than Latin is left out, because most readers cannot read it.
    .replace(/\s*\([^()\p{ASCII}]+\)/gu, '')
    .replace(new RegExp(`^${name}\\s*(?:[~–—:]|-{1,2}(?=\\s))\\s*(?=\\S)`, 'i'), '')
    .replace(/^(?:xtables|iptables|netfilter): /i, '')
    .replace(
      new RegExp(
        `^(?:the )?(?:${name}|this(?: linux)?(?: kernel)? (?:module|driver|project|package))(?: (?:linux )?(?:kernel )?(?:module|driver))? (?:is|are) (?=\\w)`,
        'i',
      ),
      '',
    )
    .replace(
      /^the (?:goal|aim|purpose) of this (?:project|module|driver) is to (?:provide|implement) /i,
      '',
    )
    .replace(/^(?:a|an|the) /i, '');
  const synopsis = tidySynopsis(shorten(bare), stem);
  const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const more = letters(synopsis).replace(letters(stem), '');
  const onlyName =
    more === '' ||
    (/^(?:linux|kernel|device|driver|module)s?$/.test(more) && synopsis.split(' ').length < 3) ||
    /^for(?:the)?linux(?:kernel)?$/.test(more) ||
    /\bforks?\b|\bforked\b|\bdownstream\b|^table of contents?$|^features?\b|\bthis (?:driver|package)\b/i.test(
      synopsis,
    );
  return onlyName || synopsis.length < 8 || isPlaceholder(synopsis) ? undefined : synopsis;
}

/** Shortens a line to SYNOPSIS_WIDTH characters, at the end of a phrase if possible, otherwise at the end of a word. */
function shorten(line: string): string {
  if ([...line].length <= SYNOPSIS_WIDTH) return line;
  const head = [...line].slice(0, SYNOPSIS_WIDTH + 1).join('');
  const phrase = /^(.{30,})(?:[;,:]| \(| - | – | that | which | based on | supporting )/.exec(
    head,
  )?.[1];
  const cut = phrase ?? head.replace(/\s+\S*$/, '');
  return cut.replace(
    /(?:[\s,;:]+(?:an?|the|and|or|for|of|on|in|into|to|with|from|by|as|at|via|is|are)?)+$/i,
    '',
  );
}
