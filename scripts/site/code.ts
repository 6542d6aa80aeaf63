import { escapeXml } from '../../src/system/text/escape-xml.ts';

/** How far the continuation of a wrapped line is indented, in characters. */
const INDENT = 2;
/** The most characters by which a continuation is indented. Beyond that too little of the line would be left. */
const MOST_INDENT = 24;

/**
 * Renders a block of code. `kind` is its language, or '' for a drawing such as a tree of files. Each line is an element
 * of its own, because long lines are wrapped, and their continuations indented.
 */
export function renderCode(content: string, kind: string): string {
  const lines = content.replace(/\n$/, '').split('\n');
  const shown = lines.map((line) => {
    const style = `--hang:${hangOf(line, kind)}ch`;
    return `<span class="line" style="${style}">${decorated(line, kind)}\n</span>`;
  });
  return `<pre><code>${shown.join('')}</code></pre>\n`;
}

/** Returns the indentation of a line's continuation: two columns more than the line, or that of its second column. */
function hangOf(line: string, kind: string): number {
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  const second = kind === '' ? /^ *\S+ {2,}/.exec(line)?.[0].length : undefined;
  return Math.min(second ?? indent + INDENT, MOST_INDENT);
}

/** Adds tags for the style: to prompts and typed commands of a console session, and to comments. */
function decorated(line: string, kind: string): string {
  const text = escapeXml(line);
  if (/^console\b/.test(kind)) {
    const [, prompt, typed = ''] = /^(\$ |(?:&gt;) )(.*)$/.exec(text) ?? [];
    if (prompt === undefined) return text;
    const [, command = '', comment = ''] = /^(.*?)((?:(?<=\s)#.*)?)$/.exec(typed) ?? [];
    return `<span class="prompt">${prompt}</span><b>${command}</b>${ofComment(comment)}`;
  }
  if (!/^(?:sh|yaml)\b/.test(kind)) return text;
  return text.replace(/(^|\s)(#.*)$/, (_, before: string, comment: string) => {
    return before + ofComment(comment);
  });
}

function ofComment(comment: string): string {
  return comment === '' ? '' : `<span class="comment">${comment}</span>`;
}
