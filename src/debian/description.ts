import { InputError } from '../errors.ts';
import { wrapText } from './field-text.ts';

/** The longest synopsis, in characters: Policy 3.4.1 wants it under 80, lintian accepts 80. */
const SYNOPSIS_WIDTH = 80;
/**
 * The longest line of the long description: 79 columns without the space that begins each line. Longer lines are
 * wrapped.
 */
const BODY_WIDTH = 78;

/** Common words, which are not names. A synopsis writes them with a small letter, even as its first word (Developer's Reference 6.2.2). */
const COMMON_WORDS = new Set(
  `Additional Alternative Character Dedicated Device Driver Drivers Dynamic Enables Experimental
  Extra Fast Firmware Generic Hardware Helper Implementation Improved In-kernel Interface Kernel
  Loadable Low-level Minimal Module Modules Network Open Out-of-tree Packet Patched Provides Sample
  Simple Small Sound Source Source-code Support Supports Test Unofficial Updated User Userspace
  Utility Vendor Video Virtual Wired Wireless`.split(/\s+/),
);

/**
 * Returns a synopsis that Policy 3.4.1 and lintian accept, made from free text. The result is one
 * line without the leading article or package name and without a dot at the end. A common first
 * word is in lower case. The line is cut between words to at most 80 characters; a longer word is
 * cut, too. The result is empty if nothing remains.
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

/**
 * Removes a dot or other punctuation from the end of the synopsis. A synopsis of more than `width` characters is first
 * cut between words, and loses words such as `of` at its new end.
 */
function cutSynopsis(synopsis: string, width: number): string {
  let cut = synopsis;
  if ([...synopsis].length > width) {
    cut = [...(wrapText(synopsis, width)[0] ?? '')].slice(0, width).join('');
    cut = cut.replace(/(?:\s+(?:an?|the|and|or|for|of|on|in|to|with|from|by|as|at|via))+$/i, '');
  }
  return cut.replace(/[\s.,;:–—-]+$/, '');
}

/** Returns the synopsis followed by `suffix`, such as ` (DKMS)`. The synopsis is cut if both are too long together. */
export function withSuffix(synopsis: string, suffix: string): string {
  const width = SYNOPSIS_WIDTH - [...suffix].length;
  return ([...synopsis].length > width ? cutSynopsis(synopsis, width) : synopsis) + suffix;
}

/**
 * Removes the name of the package from a synopsis "name: text" or "name - text". Other synopses keep it: "e1000e
 * driver" is good for e1000e.
 */
function withoutName(line: string, name: string): string {
  if (name === '' || !line.toLowerCase().startsWith(name.toLowerCase())) return line;
  const [, rest] = /^\s*(?::|-{1,2}\s|[–—])\s*(.*)$/.exec(line.slice(name.length)) ?? [];
  return rest ?? line;
}

/**
 * Returns the unfolded value of a Description field (Policy 5.6.13) for formatField: the synopsis,
 * then the paragraphs, wrapped at 79 columns and separated by empty lines. In a paragraph, a line
 * that begins with a space is kept as it is, and a line that begins with `* ` or `- ` becomes a list
 * item. Throws InputError `synopsis` for a synopsis that is empty, too long or not one line.
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
      // The lines of an item begin with two spaces, because only such lines are not wrapped again (Policy 5.6.13).
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
