/** The few macros of man(7) that our pages are made of. Texts are escaped here and nowhere else. */

/** Plain text in one line: what stands in `backquotes` becomes bold. */
export function text(plain: string): string {
  const roff = plain
    .split('`')
    .map((part, i) => (i % 2 === 1 ? bold(part) : escaped(part)))
    .join('');
  return guarded(roff);
}

/** As `text`, in lines that are no longer than 80 bytes, a sentence a line where it fits. */
function wrapped(plain: string): string {
  return text(plain)
    .replace(/([.:]) (?=[A-Z])/g, '$1\n')
    .split('\n')
    .map((sentence) => sentence.replace(/(.{1,76})(?: |$)/g, '$1\n').trimEnd())
    .map(guarded)
    .join('\n');
}

/** A line that begins with a dot or a quote is none of ours to obey. */
function guarded(roff: string): string {
  return roff.replace(/^([.'])/gm, '\\&$1');
}

export function bold(plain: string): string {
  return `\\fB${escaped(plain)}\\fR`;
}

export function italic(plain: string): string {
  return `\\fI${escaped(plain)}\\fR`;
}

export function heading(title: string): string {
  return `.SH ${title.toUpperCase()}`;
}

export function subheading(title: string): string {
  return `.SS ${text(title)}`;
}

/** A term that is roff already, and its text. */
export function entry(term: string, description: string): string {
  return `.TP\n${term}\n${wrapped(description)}`;
}

export function paragraphs(plain: readonly string[]): string {
  return plain.map(wrapped).join('\n.PP\n');
}

/** Lines that are typed as they are. */
export function verbatim(lines: string): string {
  return `.EX\n${guarded(escaped(lines))}\n.EE`;
}

/** `-` is a hyphen to roff, a dash that can be copied is `\-`; quotes are made typographic by some. */
function escaped(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha');
}
