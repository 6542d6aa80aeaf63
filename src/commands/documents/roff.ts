/** Functions that write macros of man(7). Texts are escaped only here. */

/** Returns plain text as roff. Text in `backquotes` becomes bold. */
export function text(plain: string): string {
  const roff = plain
    .split('`')
    .map((part, i) => (i % 2 === 1 ? bold(part) : escaped(part)))
    .join('');
  return guarded(roff);
}

/**
 * Does the same as text(), but begins a new line after each sentence, and breaks lines that are longer than 76
 * characters.
 */
function wrapped(plain: string): string {
  return text(plain)
    .replace(/([.:]) (?=[A-Z])/g, '$1\n')
    .split('\n')
    .map((sentence) => sentence.replace(/(.{1,76})(?: |$)/g, '$1\n').trimEnd())
    .map(guarded)
    .join('\n');
}

/** Escapes a dot or a quote at the beginning of a line, which would make the line a request of roff. */
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

/** Returns an entry of a list. `term` is roff, `description` is plain text. */
export function entry(term: string, description: string): string {
  return `.TP\n${term}\n${wrapped(description)}`;
}

export function paragraphs(plain: readonly string[]): string {
  return plain.map(wrapped).join('\n.PP\n');
}

/** Returns lines that are printed unchanged. */
export function verbatim(lines: string): string {
  return `.EX\n${guarded(escaped(lines))}\n.EE`;
}

/**
 * Escapes a text. In roff `-` is a hyphen, and `\-` is a minus sign that can be copied. Some devices replace quotes,
 * `~` and `^` by similar characters.
 */
function escaped(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha');
}
