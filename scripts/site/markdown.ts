import MarkdownIt, { type Token } from 'markdown-it';
import { escapeXml } from '../../src/system/text/escape-xml.ts';
import { anchorOf } from './anchor.ts';
import { renderCode } from './code.ts';

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly anchor: string;
}

/** A part of a page that search finds: from one heading to the next, or a row of a table of codes. */
export interface Section {
  readonly heading: string;
  readonly anchor: string;
  readonly text: string;
}

export interface RenderedPage {
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly sections: readonly Section[];
  /** All anchors of the page. */
  readonly anchors: ReadonlySet<string>;
}

const markdown = new MarkdownIt({ html: true });

/** Comments in the pages control the tests and generators. */
const COMMENT = /^<!--[\s\S]*?-->\s*$/;

/** Renders a page; `href` replaces the target of each link and picture. */
export function renderPage(text: string, href: (target: string) => string): RenderedPage {
  const tokens = markdown.parse(text, {});
  const headings: Heading[] = [];
  const sections: { heading: string; anchor: string; text: string }[] = [];
  const anchors = new Set<string>();
  const anchorFor = (plain: string) => {
    const wanted = anchorOf(plain);
    let anchor = wanted;
    for (let i = 1; anchors.has(anchor); i++) anchor = `${wanted}-${i}`;
    anchors.add(anchor);
    return anchor;
  };
  let isCodeTable = false;
  tokens.forEach((token, i) => {
    const inline = tokens[i + 1];
    if (token.type === 'heading_open' && inline !== undefined) {
      const heading = { level: Number(token.tag.slice(1)), text: plainText(inline) };
      const anchor = anchorFor(inline.content);
      token.attrSet('id', anchor);
      headings.push({ ...heading, anchor });
      sections.push({ heading: heading.text, anchor, text: '' });
    } else if (token.type === 'table_open') {
      isCodeTable = firstCell(tokens, i, 'th_open') === 'code';
    } else if (token.type === 'tr_open' && isCodeTable && token.level === 2) {
      const cells = rowOf(tokens, i);
      const [code = ''] = cells;
      if (cells.length > 0 && code !== 'code') {
        const anchor = anchorFor(code);
        token.attrSet('id', anchor);
        sections.push({ heading: code, anchor, text: cells.slice(1).join(' ') });
      }
    } else if (token.type === 'inline' && tokens[i - 1]?.type !== 'heading_open') {
      append(sections, plainText(token));
    } else if (token.type === 'fence') append(sections, token.content);
    for (const child of token.children ?? []) {
      if (child.type === 'link_open')
        child.attrSet('href', href(String(child.attrGet('href') ?? '')));
      if (child.type === 'image') child.attrSet('src', href(String(child.attrGet('src') ?? '')));
    }
  });
  return {
    html: markdown.renderer.render(tokens, markdown.options, {}),
    headings,
    sections,
    anchors,
  };
}

function append(sections: { text: string }[], text: string): void {
  const last = sections.at(-1);
  if (last !== undefined) last.text += ` ${text}`;
}

function plainText({ children, content }: Token): string {
  const parts = (children ?? []).map((child) => (child.type === 'softbreak' ? ' ' : child.content));
  return parts.length === 0 ? content : parts.join('');
}

/** Returns the text of the first cell of a table that begins at `from`. */
function firstCell(tokens: readonly Token[], from: number, kind: string): string | undefined {
  const at = tokens.findIndex((token, i) => i > from && token.type === kind);
  const inline = tokens[at + 1];
  return at < 0 || inline === undefined ? undefined : plainText(inline);
}

/** Returns the texts of the cells of the row that begins at `from`. */
function rowOf(tokens: readonly Token[], from: number): string[] {
  const end = tokens.findIndex((token, i) => i > from && token.type === 'tr_close');
  return tokens
    .slice(from, end)
    .flatMap((token) => (token.type === 'inline' ? plainText(token) : []));
}

const { rules } = markdown.renderer;

rules.html_block = rules.html_inline = (tokens, i) => {
  const content = tokens[i]?.content ?? '';
  return COMMENT.test(content) ? '' : content;
};
// A wide table is scrolled by itself, not the page.
rules.table_open = () => '<div class="table"><table>\n';
rules.table_close = () => '</table></div>\n';
rules.heading_close = (tokens, i) => {
  const id = tokens[i - 2]?.attrGet('id') ?? '';
  const name = escapeXml(`Link to ${plainText(tokens[i - 1] as Token)}`);
  return ` <a class="anchor" href="#${id}" aria-label="${name}">#</a></${tokens[i]?.tag}>\n`;
};
rules.fence = (tokens, i) => {
  const { info, content } = tokens[i] as Token;
  return renderCode(content, info.trim());
};
