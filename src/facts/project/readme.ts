/** Reads the title of a README and the first sentences that describe the driver, without markup. */
import { cleanLine } from '../plain-text.ts';
import { decodeEntities } from './html-entities.ts';

export interface ReadmeText {
  /** The first heading that can be a title. Undefined if no heading can be a title. */
  readonly title: string | undefined;
  /** At most two paragraphs of whole sentences that describe the driver. Many READMEs have no such paragraph. */
  readonly paragraphs: readonly string[];
}

interface Block {
  readonly kind: 'heading' | 'text';
  readonly text: string;
}

/** Matches headings of sections that describe a driver. */
const DESCRIBING =
  /^(?:about(?: \S+){0,3}|abstract|background|description|general|intro\w*|overview|purpose|summary|synopsis|what is .*|what .* (?:is|does).*)\??$/i;

/** Matches headings that any project may have. Such a heading is not the title of a README. */
const SECTION =
  /^(?:\d+[.)]?\s*)?(?:table of contents?|contents?|toc|index|read ?me|intro\w*|overview|about|summary|description|general|install\w*|build\w*|compil\w*|usage|change ?log|changes|news|features?|requirements?|prerequisites?|notes?|warnings?|disclaimer|important|attention|getting started|quick ?start|status|updates?|supported \w+|project not under active management)\b[\s:.!]*$/i;

/** Matches the beginning of a title such as "How to install the driver for …". The name of the driver follows it. */
const INSTRUCTION =
  /^(?:(?:how to |instructions? (?:for|on|to) |guide (?:for|to) |steps (?:for|to) )?(?:install(?:ing)?|build(?:ing)?|compil(?:e|ing)|us(?:e|ing)|load(?:ing)?|sett?ing up|set up|updat(?:e|ing)|configur(?:e|ing)|creat(?:e|ing))\b(?:(?:,| and| or|\/)+ ?(?:install|build|compil|us|load|updat|configur)\w*)*|(?:install\w*|build) (?:instructions?|guide|notes?|manual)(?: (?:for|of))?)\b[\s:–—-]*(?:of |for )?(?:an? |the |this |these )?/i;

/** Matches sentences that are not about the driver, but about the project, its state or its installation. */
const OFF_TOPIC =
  /\blast updated\b|\baffiliat\w*|\bendorsed\b|\bforks?\b|\bforked\b|\bdownstream\b|->|=>|→|>>|\bmenuconfig\b|\bCONFIG_\w+|\bKconfig\b|\bMakefile\b|\b(?:kernel|linux)[- ]headers\b|\bcopyright\b|\(c\) ?\d{4}|\blicen[sc]ed under\b|\bto (?:install|build|compile)\b|\binstall(?:ation)? (?:the|this|it|instructions?|guide|script)\b|\bbuild instructions?\b|\binstall(?:er|ing)\b|^(?:when|before|after|once|while) \w+ing\b|\b(?:build|compile)[- ]?time\b|\boptions? (?:is|are) available\b|\bsponsor\w*|\bcontribut(?:e|ing|ions?|ors?)\b|\bfeel free\b|\bblacklist\w*|\bconflicts? with\b|\bcan be (?:obtained|found|downloaded)\b|\bkernel versions?\b.*\b(?:or|and) (?:newer|later|higher|above|up)\b|<?[\w.+-]+@[\w-]+\.\w+>?|^updates?\b\s*:/i;
/** Matches the beginning of a paragraph that only continues a sentence or a list. */
const CONTINUED = /^(?:in|on|at|to|of|and|or|but|then|with|by|from|as|is|are|which|that) /;
const OF_ANOTHER =
  /\b(?:python|perl|ruby|node(?:\.js)?|java|user-?space|rust) (?:library|package|bindings?|module|api|tools?|sdk)\b/i;

/**
 * Matches sentences that do not describe the driver, but are about people, the repository, another web page or
 * document, or how to use the driver.
 */
const CHATTER =
  /\b(?:my|we|we're|our|please|click|TL;DR|download(?:s|ed)?|git clone|apt|sudo|dkms|thanks?|donat\w+|README|changelog|pull requests?|issue|wiki|discord|warning|disclaimer|notice|deprecated|obsolete|archived|discontinued|unmaintained|no longer|ceased|tested|note that|note|todo|would be (?:great|nice)|not work|wip|work in progress|see|refer|below|following|above)\b|\bthis (?:repo|repository|branch|fork|tree|document|file|page|archive|version|release|code|source(?: code)?|distribution)\b|^more (?:information|details)\b|^(?:make sure|ensure|install|run|use|copy|add|check|build|compile|load|if|to (?:build|install|use|compile|get)|for (?:more|details|information|all|any|the|\S+ (?:based|users)))\b|\byou(?:'ll)? (?:must|need|should|will|can|might|may|have)\b|https?:|www\.|\.\.\.$|…$|!$|:$|\?$/i;

const FIRST_PERSON = /\bI(?:'m|'ve)?\b(?![./])|\bus\b/;

/** Reads a README in Markdown, reStructuredText or plain text. The same rules find headings in all three formats. */
export function readReadme(text: string): ReadmeText {
  const blocks = blocksOf(text);
  // A list item or the name of a licence is not a title.
  const titleAt = blocks.findIndex(
    ({ kind, text }) =>
      kind === 'heading' &&
      !/^\s*[-*+•]\s|licen[cs]e|copyright/i.test(text) &&
      !SECTION.test(plainInline(text)) &&
      titleOf(plainInline(text)) !== undefined,
  );
  const title = titleAt === -1 ? undefined : titleOf(plainInline(blocks[titleAt]?.text ?? ''));
  const paragraphs: string[] = [];
  let describing = true;
  for (const [index, { kind, text: body }] of blocks.entries()) {
    if (kind === 'heading') {
      describing = index === titleAt || DESCRIBING.test(plainInline(body).replace(/[:.]$/, ''));
      // Only the first section that describes the driver is read, because later sections repeat it.
      if (paragraphs.length > 0) break;
    } else if (describing) {
      const paragraph = describingSentences(plainInline(body));
      if (paragraph !== undefined) paragraphs.push(paragraph);
      else if (paragraphs.length > 0) break;
      if (paragraphs.length === 2) break;
    }
  }
  return { title: title === '' ? undefined : title, paragraphs };
}

/**
 * Returns the part of a heading that can be a title: "driver for X" for "Installing the driver for X". Returns
 * undefined if this part is not about a driver.
 */
function titleOf(line: string): string | undefined {
  const rest = line.replace(INSTRUCTION, '');
  if (rest === line) return line;
  const driver = /^(?:[\w./+-]+ ){0,5}(?:drivers?|modules?) (?:for|of) \S/i;
  return driver.test(rest) ? rest : undefined;
}

/** Splits a paragraph into its sentences. */
export function sentencesOf(paragraph: string): string[] {
  return paragraph.split(
    /(?<=[.!?]["')]?)(?<!\b(?:e\.g|i\.e|etc|vs|Inc|Ltd|Co|Corp|No|Dr|resp|approx)\.)\s+(?=["'(]?[A-Z0-9])/,
  );
}

/**
 * Returns the first sentences of a paragraph that describe the driver, 600 characters at most. Returns undefined if
 * they are too short, not in Latin letters, or all in capitals.
 */
function describingSentences(paragraph: string): string | undefined {
  const letters = paragraph.replace(/[^\p{L}]/gu, '');
  const latin = letters.replace(/[^\p{Script=Latin}]/gu, '');
  // A text in a script other than Latin, or all in capitals, is not used as a description.
  if (latin.length < 0.9 * letters.length || letters === letters.toUpperCase()) return undefined;
  const kept: string[] = [];
  let length = 0;
  for (const sentence of sentencesOf(paragraph)) {
    if (CHATTER.test(sentence) || FIRST_PERSON.test(sentence) || isOffTopic(sentence)) break;
    if (length + sentence.length > 600) break;
    kept.push(sentence);
    length += sentence.length;
  }
  const result = kept.join(' ').replace(/(?<!\.)\.\.$/, '.');
  if (result.length < 40 || result.split(' ').length < 6) return undefined;
  return /[.!?]["')]?$/.test(result) ? result : `${result.replace(/[,;:-]+$/, '')}.`;
}

function isOffTopic(sentence: string): boolean {
  const ofDriver = /\b(?:drivers?|kernel)\b/i.test(sentence);
  return (
    OFF_TOPIC.test(sentence) || CONTINUED.test(sentence) || (!ofDriver && OF_ANOTHER.test(sentence))
  );
}

/**
 * The most characters at the beginning of a README that are read, because regular expressions take too long for a
 * hostile text.
 */
const MAX_LENGTH = 48 * 1024;
const MAX_PARAGRAPH = 4000;

function blocksOf(text: string): Block[] {
  const lines = text
    .slice(0, MAX_LENGTH)
    .replace(/\r\n?/g, '\n')
    // Some READMEs are a single C comment.
    .replace(/^\/\*[\s\S]*?(?:\*\/|$)/, (comment) =>
      comment.replace(/^[ \t]*\/?\*+\/?[ \t]?/gm, ''),
    )
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/^[ \t]*(```|~~~)[\s\S]*?(?:^[ \t]*\1[^\n]*$|(?![\s\S]))/gm, '\n')
    .replace(/<(h[1-6])\b[^<>]{0,300}>([\s\S]{0,500}?)<\/\1>/gi, '\n\n# $2\n\n')
    .replace(/<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?\/?>/gi, ' ')
    .split('\n');
  const blocks: Block[] = [];
  let pending: string[] = [];
  const flush = () => {
    const body = pending.join('\n');
    pending = [];
    if (body.trim() !== '' && isProse(body)) blocks.push({ kind: 'text', text: body });
  };
  for (const [index, line] of lines.entries()) {
    const atx = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line);
    if (atx !== null) {
      flush();
      blocks.push({ kind: 'heading', text: atx[1] ?? '' });
    } else if (/^([=\-~^*#+"'`.])\1{2,}\s*$/.test(line)) {
      // A line of `===` or `---` below a single line makes that line a heading. Otherwise it is only a rule.
      const heading =
        pending.length === 1 && !/^\s/.test(pending[0] ?? '') ? pending.pop() : undefined;
      flush();
      if (heading !== undefined) blocks.push({ kind: 'heading', text: heading });
    } else if (line.trim() === '') flush();
    // A list begins: the paragraph ends here.
    else if (/^\s*(?:[-*+•]|\d+[.)])\s/.test(line) && pending.length > 0) {
      flush();
      pending.push(line);
    } else pending.push(index === 0 ? line.replace(/^\ufeff/, '') : line);
  }
  flush();
  return blocks;
}

/** Matches the line below the head of a Markdown table: `--- | ---`. */
const TABLE = /^[ \t]*\|?\s*:?-{2,}:?\s*\|/m;
const NEWS = /^\s*(?:\[?v?\d+\.\d+[\w.]*\]?\s*[:(–—-]|\[?\d{4}-\d\d-\d\d)/;

/** Whether a block is prose. Lists, tables, quotations, directives, code, link definitions and news are not prose. */
function isProse(body: string): boolean {
  if (TABLE.test(body) || NEWS.test(body)) return false;
  return !/^(?:\s*(?:[-*+•]|\d+[.)])\s|\s*\||\s*>|\s*\.\. |\s*:\w+:|\t| {4}|\s*\[[^\]]+\]:|\s*\$ )/.test(
    body,
  );
}

function plainInline(text: string): string {
  return cleanLine(
    decodeEntities(
      text
        .slice(0, MAX_PARAGRAPH)
        .replace(/\[!\[[^\]]*\]\([^)]*\)\](?:\([^)]*\)|\[[^\]]*\])/g, ' ')
        .replace(/!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])/g, ' ')
        .replace(/\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1')
        // `[text]` is the short form of a link. Footnotes `[^1]` and check boxes `[x]` look similar, but are not
        // links.
        .replace(/\[(?![ xX]\]|\^|\d+\])([^\][]{2,80})\]/g, '$1')
        .replace(/`([^`<]+?)\s*<[^>`]+>`_{1,2}/g, '$1')
        .replace(/\|[A-Za-z_]+\|/g, ' ')
        .replace(/\\\n/g, ' ')
        .replace(/:[a-z]\w*:`([^`]*)`/g, '$1')
        .replace(/`+([^`]*)`+/g, '$1')
        .replace(/(\*\*|__)(?=\S)([\s\S]*?\S)\1/g, '$2')
        .replace(/(?<![\w*])\*(?=[^\s*])([^*]*?[^\s*])\*(?!\w)/g, '$1')
        .replace(/(?<!\w)_(?=[^\s_])([^_]*?[^\s_])_(?!\w)/g, '$1')
        .replace(/:[a-z0-9_+]+:/g, ' ')
        .replace(/\p{Extended_Pictographic}\u{fe0f}?/gu, (mark) =>
          /^[©®™]/.test(mark) ? mark : ' ',
        )
        .replace(/\\([\\`*_{}[\]()#+.!-])/g, '$1'),
    ),
  );
}
