import { InputError } from '../errors.ts';
import { wrapText } from './field-text.ts';

/** Policy 5.6.13: lines of at most 80; lintian counts 80 for the synopsis. */
const SYNOPSIS_WIDTH = 80;
/** 79 columns on screen, less the blank that begins every line of the field. */
const BODY_WIDTH = 78;

/** Words that mean nothing special and so begin with a small letter in a synopsis (dev. reference 6.2.2). */
const COMMON_WORDS = new Set(
  `Additional Alternative Character Dedicated Device Driver Drivers Dynamic Enables Experimental
  Extra Fast Firmware Generic Hardware Helper Implementation Improved In-kernel Interface Kernel
  Loadable Low-level Minimal Module Modules Network Open Out-of-tree Packet Patched Provides Sample
  Simple Small Sound Source Source-code Support Supports Test Unofficial Updated User Userspace
  Utility Vendor Video Virtual Wired Wireless`.split(/\s+/),
);

/**
 * A synopsis that Policy 3.4.1 and lintian accept, from a line that people wrote: one line, no
 * article or package name in front, no dot at the end, an ordinary first word in lower case, cut
 * at a word to 80 characters. Empty if nothing is left.
 */
export function tidySynopsis(text: string, packageName = ''): string {
  let synopsis = withoutName(text.replace(/\s+/g, ' ').trim(), packageName);
  synopsis = synopsis.replace(/^(?:an?|the)\s+/i, '');
  const firstWord = /^[A-Za-z-]+/.exec(synopsis)?.[0] ?? '';
  if (COMMON_WORDS.has(firstWord)) {
    synopsis = firstWord.toLowerCase() + synopsis.slice(firstWord.length);
  }
  return cutSynopsis(synopsis, SYNOPSIS_WIDTH);
}

/** Cut at a word to `width` characters; without a dot or the beginning of a phrase at the end. */
function cutSynopsis(synopsis: string, width: number): string {
  let cut = synopsis;
  if ([...synopsis].length > width) {
    cut = [...(wrapText(synopsis, width)[0] ?? '')].slice(0, width).join('');
    cut = cut.replace(/(?:\s+(?:an?|the|and|or|for|of|on|in|to|with|from|by|as|at|via))+$/i, '');
  }
  return cut.replace(/[\s.,;:–—-]+$/, '');
}

/** A synopsis with `suffix` behind it, such as ` (DKMS)`: cut where both together are too long. */
export function withSuffix(synopsis: string, suffix: string): string {
  const width = SYNOPSIS_WIDTH - [...suffix].length;
  return ([...synopsis].length > width ? cutSynopsis(synopsis, width) : synopsis) + suffix;
}

/** Only "name: text" and "name - text" lose the name: "e1000e driver" is a fine synopsis for e1000e. */
function withoutName(line: string, name: string): string {
  if (name === '' || !line.toLowerCase().startsWith(name.toLowerCase())) return line;
  const [, rest] = /^\s*(?::|-{1,2}\s|[–—])\s*(.*)$/.exec(line.slice(name.length)) ?? [];
  return rest ?? line;
}

/**
 * The unfolded value of a Description field (Policy 5.6.13), for formatField: the synopsis, then
 * `paragraphs` wrapped so that the file has 79 columns, an empty line between them. In a paragraph
 * a line that begins with a blank is kept verbatim, one that begins with `* ` or `- ` becomes a
 * list item. Throws InputError `synopsis` for one that is empty, too long or not one line.
 */
export function formatDescription(synopsis: string, paragraphs: readonly string[]): string {
  const fault = synopsisFault(synopsis);
  if (fault !== undefined) {
    throw new InputError(
      'synopsis',
      `the synopsis ${JSON.stringify(synopsis.slice(0, 100))} ${fault}`,
      {
        hint: 'Describe the package in one line of at most 80 characters (Debian Policy 3.4.1).',
      },
    );
  }
  const blocks = paragraphs.map(formatParagraph).filter((lines) => lines.length > 0);
  const body = blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  return [synopsis, ...body].join('\n');
}

function synopsisFault(synopsis: string): string | undefined {
  if (synopsis.trim() === '') return 'is empty';
  if (synopsis.includes('\n')) return 'has more than one line';
  if ([...synopsis].length > SYNOPSIS_WIDTH) return `is longer than ${SYNOPSIS_WIDTH} characters`;
  return undefined;
}

function formatParagraph(paragraph: string): string[] {
  const lines: string[] = [];
  let pending: string[] = [];
  let bullet = '';
  const flush = () => {
    if (bullet === '') lines.push(...wrapText(pending.join(' '), BODY_WIDTH));
    else {
      // A line behind two blanks is shown verbatim, so the item's later lines need the blank too.
      const wrapped = wrapText(pending.join(' '), BODY_WIDTH - 3);
      lines.push(
        ...wrapped.map((line, index) => (index === 0 ? ` ${bullet} ${line}` : `   ${line}`)),
      );
    }
    pending = [];
    bullet = '';
  };
  for (const line of paragraph.split('\n')) {
    const item = /^([*-]) +(.*)$/.exec(line);
    if (item) {
      flush();
      bullet = item[1] ?? '';
      pending.push(item[2] ?? '');
    } else if (line.trim() === '') {
      flush();
      if (lines.length > 0 && lines.at(-1) !== '') lines.push('');
    } else if (/^[ \t]/.test(line)) {
      flush();
      lines.push(line.trimEnd());
    } else pending.push(line);
  }
  flush();
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
