/** Finds copyright holders in notices such as "Copyright (C) 2010-2014 Jane Doe <x@y>", in their many spellings. */
import { isOfAutotools } from '../build/autotools.ts';
import type { SourceFile } from '../code/c-sources.ts';
import { cleanLine } from '../plain-text.ts';
import { formatYears, leadingYears, mergeYears, trailingYears, type Years } from './years.ts';

export interface Holder {
  /** The name of the holder, such as "Jane Doe <jane@example.org>" or "Intel Corporation". */
  readonly name: string;
  readonly years: Years;
}

export interface CopyrightFacts {
  /** The holders that a file names, each once, by the path of the file. */
  readonly files: ReadonlyMap<string, readonly Holder[]>;
  /** The holders of the whole tree, each once with all its years. The holder that most files name is the first. */
  readonly all: readonly Holder[];
}

/** The number of characters at the beginning of a file in which notices are searched, in 400 lines at most. */
const HEAD = 16 * 1024;

const MENTION = /copyright|©|\(c\)/i;
const MENTIONS = /copyright|©|\(c\)/gi;

/**
 * Matches the beginning of a notice. If it is only "(c)", a year must follow, because "(c)" also numbers the items of
 * lists.
 */
const NOTICE =
  /(?:\b(?:SPDX-FileCopyrightText|copyright(?:ed)?(?![a-z])(?:[ \t]+by\b)?)[ \t]*:?(?:[ \t]*(?:\(c\)|©|&copy;))*|©|\(c\)(?=[ \t]*(?:19|20)\d\d))[ \t]*[:,]?[ \t]*(.*)$/i;

/** Matches words after "copyright" that show that a sentence is not a notice. */
const NO_HOLDER =
  /^(?:notices?|holders?|owners?|laws?|and|or|of|in|is|are|as|information|statements?|protect\w*|licen[cs]es?|interests?|assign\w*|disclaimers?|messages?|for|the above|to|this|that|which|file|text|reserved|terms|work|under|it|on|may|from|\.|see)\b|<year>|\[yyyy\]|\{yyyy\}|\byyyy\b|<name|\[name|%s/i;

/**
 * Finds the holders at the beginning of all files except READMEs and files of autotools. Holders of the text of a
 * licence are left out.
 */
export function findCopyrights(sources: readonly SourceFile[]): CopyrightFacts {
  const files = new Map<string, readonly Holder[]>();
  for (const file of sources) {
    if (file.kind === 'readme' || isOfAutotools(file)) continue;
    if (!MENTION.test(file.text.slice(0, HEAD))) continue;
    const holders = holdersOf(file);
    if (holders.length > 0) files.set(file.path, holders);
  }
  return { files, all: mergeHolders([...files.values()].flat()) };
}

/**
 * Merges the entries of the same holder to one with all years. The result is sorted by how often a holder is named, the
 * most often named first.
 */
export function mergeHolders(holders: readonly Holder[]): Holder[] {
  const merged = new Map<string, { holder: Holder; count: number }>();
  for (const holder of holders) {
    const key = keyOf(holder.name);
    const known = merged.get(key);
    if (known === undefined) {
      merged.set(key, { holder, count: 1 });
    } else {
      // The first of several spellings of a name is used. If only another spelling has a mail address, the address is
      // added.
      const [mail] = known.holder.name.includes('<') ? [] : (/<[^>]+>/.exec(holder.name) ?? []);
      const name = mail === undefined ? known.holder.name : `${known.holder.name} ${mail}`;
      merged.set(key, {
        holder: { name, years: mergeYears(known.holder.years, holder.years) },
        count: known.count + 1,
      });
    }
  }
  return [...merged.values()].sort((a, b) => b.count - a.count).map(({ holder }) => holder);
}

/** Returns a holder as a line of the field Copyright: "2010-2014, 2016 Jane Doe <x@y>". */
export function formatHolder({ name, years }: Holder): string {
  const when = formatYears(years);
  return when === '' ? name : `${when} ${name}`;
}

/** Matches the end of a line after which the name of the holder continues in the next line. */
const UNFINISHED = /\s(?:of|of the|and|for|&)$/i;
/** Matches the beginning of a notice in a licence file. Other lines with "copyright" in such a file are not notices. */
const NOTICE_LINE = /^(?:copyright\b[\s:]*)?(?:\(c\)|©|(?:19|20)\d\d|by\b)/i;

function holdersOf(file: SourceFile): Holder[] {
  const found: Holder[] = [];
  /**
   * What the previous lines contain: undefined for no notice; '' for a notice with a name; otherwise the text of a
   * notice that has years, but no name yet.
   */
  let above: string | undefined;
  const head = file.text.slice(0, HEAD);
  const lines = head.split('\n', 400);
  const mentions = new Set(linesOf(head, MENTIONS));
  for (const [index, raw] of lines.entries()) {
    const wanted: boolean = raw.length < 500 && (above !== undefined || mentions.has(index));
    const own: string = wanted ? bareLine(raw) : '';
    const rest = UNFINISHED.test(own) ? bareLine((lines[index + 1] ?? '').slice(0, 500)) : '';
    const line = rest === '' || MENTION.test(rest) ? own : `${own} ${rest}`;
    const says = file.kind !== 'licence' || NOTICE_LINE.test(line);
    const notice = says ? NOTICE.exec(line)?.[1] : undefined;
    let text = notice;
    if (notice === undefined && above === '' && /^(?:19|20)\d\d\b/.test(line)) text = line;
    if (notice === undefined && above && /^[\p{Lu}(]/u.test(line)) text = `${above} ${line}`;
    const holders = text === undefined ? [] : parseNotice(text);
    found.push(...holders);
    if (holders.length > 0) above = '';
    else above = notice && leadingYears(notice).years.numbers.length > 0 ? notice : undefined;
  }
  // A file with the text of the Developer Certificate of Origin names the holder of that text
  // (developercertificate.org), who is not a holder of the driver.
  const certificate = /developer(?:'s)? certificate of origin/i.test(file.text);
  const theirs = found.filter(
    ({ name }) =>
      !(file.kind === 'licence' && OF_THE_TEXT.test(name)) &&
      !(certificate && /^the linux foundation\b/i.test(name)),
  );
  return mergeHolders(theirs);
}

/** Returns the numbers (from 0) of the lines in which an expression matches. */
function linesOf(text: string, expression: RegExp): number[] {
  const found: number[] = [];
  let line = 0;
  let from = 0;
  for (const { index } of text.matchAll(expression)) {
    for (
      let at = text.indexOf('\n', from);
      at !== -1 && at < index;
      at = text.indexOf('\n', from)
    ) {
      line++;
      from = at + 1;
    }
    found.push(line);
  }
  return found;
}

/** Matches holders of the text of a licence. They are not holders of the driver. */
const OF_THE_TEXT = /^(?:free software foundation|sun microsystems|the open group$)/i;

/** Matches the text between two holders of one notice: "2001 Jane Doe, 2003-2004 John Roe". */
const NEXT_HOLDER = /(?<=[^\d\s,;-]\s*)[,;]\s+(?=(?:19|20)\d\d[\d\s,–-]*\s[^\d\s]*\p{L})/u;
/** Matches the text between two notices of one line: "2010 Jane Doe; modified work Copyright (C) 2014 John Roe". */
const NEXT_NOTICE = /[,;]\s+(?:[\p{L}\s]{1,30}\s)?copyright\s+(?:\(c\)|©)?\s*(?=(?:19|20)\d\d\b)/iu;

/** Parses the text after "Copyright (C)", which has years and names in any order. */
function parseNotice(text: string): Holder[] {
  const holders: Holder[] = [];
  for (const part of text.split(NEXT_NOTICE).flatMap((notice) => notice.split(NEXT_HOLDER))) {
    const { years: before, rest } = leadingYears(part);
    const { years: after, rest: name } = trailingYears(rest);
    const years = mergeYears(before, after);
    const dated = years.numbers.length > 0;
    const clean = holderName(name);
    if (clean === undefined || NO_HOLDER.test(name.trim()) || LICENCE.test(clean)) continue;
    // If there is no year, the text must begin like a name, because "copyright" also occurs in sentences.
    if (!dated && !/^["'“]?[\p{Lu}\d]/u.test(clean)) continue;
    holders.push({ name: clean, years });
  }
  return holders;
}

/** Matches a text after "Copyright:" that names a licence instead of a holder, such as "Copyright: MIT". */
const LICENCE = /^(?:mit|l?gpl|bsd|isc|apache|mpl|expat)(?:[\s\dv.+-]*| licen[cs]e)$/i;

function holderName(text: string): string | undefined {
  const name = text
    .replace(/\\n.*$|["“”].*$/, '')
    .replace(
      /[\s,;:-]*\b(?:all rights?(?: reserved)?|redistribution|licen[cs]ed under|released under|distributed under|for the (?:source|code|parts?|portions?)|for (?:some|parts|portions|changes|modifications)|this (?:file|program|software|code|work|module|driver)|under the)\b.*$/i,
      '',
    )
    .replace(/^(?:[\s:,;.–-]|(?:\(c\)|©|by\b))+/i, '')
    .replace(/\(https?:\/\/[^\s()]*\)|<?https?:\/\/[^\s>]*>?/g, '')
    .replace(
      /\s*[([](?:at|AT)[)\]]\s*(?=[\w-]+\.\w)|(?<=<[\w.+-]+) (?:at|AT) (?=[\w.-]+\.\w+>)/g,
      '@',
    )
    .replace(/^\S+ - (?:19|20)\d\d (?=\p{Lu})/u, '')
    .replace(/\s*\((?:the|new|some|initial|original) [^()]*\)/gi, '')
    .replace(/\((?=[^()\s]+@[^()\s]+\))([^()]*)\)/, '<$1>')
    .replace(/^([^<]*?)(?<![\w.+-])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)/, '$1<$2>')
    .replace(/\[(<[^<>]*>)\]/, '$1')
    .replace(/\s*,\s*(?=<)/, ' ')
    .replace(/\s*\([^()]*$/, '')
    .replace(/[\s,;:|*/#-]+$/, '')
    .replace(/\s+([,.])/g, '$1')
    .trim();
  const bare = /\b(?:Inc|Ltd|Co|Corp|LLC|S\.A|e\.V|B\.V|Jr|al|GmbH|Pty|s\.r\.o|a\.s)\.$/i.test(name)
    ? name
    : name.replace(/\.+$/, '');
  const words = bare.split(' ').length;
  return !/\p{L}{2}/u.test(bare) || bare.length > 120 || words > 14 ? undefined : bare;
}

/** Returns a line without comment marks and decoration. */
function bareLine(line: string): string {
  return cleanLine(line)
    .replace(/^\s*(?:\/\*+|\*+(?!\/)|\/\/+|#+(?!\s*define)|;+|--|dnl\b|\.\\"|%+|@c\b|!+)?\s*/, '')
    .replace(/\s*(?:\*+\/|-->|\*+|#+|\|)\s*$/, '')
    .replace(/\b(?:portions?|parts?|some code|modifications?|changes)\s+(?=copyright|\(c\)|©)/i, '')
    .trimEnd();
}

function keyOf(name: string): string {
  return (
    name
      .replace(/<[^>]*>/g, '')
      .toLowerCase()
      .replace(/\b(?:inc|ltd|corp|corporation|co|llc|gmbh)\b\.?/g, '')
      .replace(/[^\p{L}\p{N}]/gu, '') || name.toLowerCase()
  );
}
