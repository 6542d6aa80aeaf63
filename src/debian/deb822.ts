import { InputError } from '../errors.ts';
import { type Field, formatStanza, isFieldName } from './control-field.ts';
import { Deb822Paragraph, type ParagraphPart } from './deb822-paragraph.ts';

export type { Deb822Paragraph };

/**
 * A control file (Policy 5.1, deb822(5)) that keeps every byte. Comments, order, folding, blank
 * lines and line ends are written as they were read, except in edited fields.
 */
export class Deb822Document {
  readonly #fileName: string;
  readonly #endOfLine: string;
  /** The paragraphs, and the text between them. */
  readonly #chunks: (Deb822Paragraph | string)[];

  constructor(fileName: string, endOfLine: string, chunks: readonly (Deb822Paragraph | string)[]) {
    this.#fileName = fileName;
    this.#endOfLine = endOfLine;
    this.#chunks = [...chunks];
  }

  get paragraphs(): Deb822Paragraph[] {
    return this.#chunks.filter((chunk) => typeof chunk !== 'string');
  }

  /** Adds a paragraph at the end, after an empty line. Throws the errors of formatStanza. */
  append(fields: readonly Field[]): void {
    const stanza = formatStanza(fields).replaceAll('\n', this.#endOfLine);
    const before = this.toString();
    if (before !== '' && !before.endsWith('\n')) this.#chunks.push(this.#endOfLine);
    if (before !== '' && !/\n\r?\n$/.test(before)) this.#chunks.push(this.#endOfLine);
    const [paragraph] = parseDeb822(stanza, this.#fileName).paragraphs;
    if (paragraph) this.#chunks.push(paragraph);
  }

  /** Returns the text of the file. For an unedited document, this is the text that parseDeb822 read. */
  toString(): string {
    return this.#chunks.map(String).join('');
  }
}

/**
 * Reads a control file. As for dpkg, a line of white space ends a paragraph, and a line that begins
 * with `#` is a comment. Throws InputError `deb822-syntax` or `duplicate-field` with file and line.
 */
export function parseDeb822(text: string, fileName: string): Deb822Document {
  const endOfLine = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
  const chunks: (Deb822Paragraph | string)[] = [];
  let parts: ParagraphPart[] = [];
  let names = new Set<string>();
  /**
   * Comment lines that were just read. They belong to the field above if it continues, otherwise to whatever comes
   * next.
   */
  let comments = '';
  let line = 0;

  const endParagraph = () => {
    if (parts.length > 0) {
      if (comments !== '') parts.push({ kind: 'comment', text: comments });
      chunks.push(new Deb822Paragraph(fileName, endOfLine, parts));
    } else if (comments !== '') chunks.push(comments);
    parts = [];
    names = new Set();
    comments = '';
  };

  for (const [raw] of text.matchAll(/[^\n]*\n|[^\n]+$/g)) {
    line++;
    const content = raw.trimEnd();
    if (/^[ \t\r\n\f\v]*$/.test(raw)) {
      endParagraph();
      chunks.push(raw);
    } else if (raw.startsWith('#')) comments += raw;
    else if (/^[ \t]/.test(raw)) {
      const field = parts.at(-1);
      if (field?.kind !== 'field') {
        throw syntaxError('a continuation line without a field before it', fileName, line);
      }
      parts[parts.length - 1] = { ...field, text: field.text + comments + raw };
      comments = '';
    } else {
      const name = fieldName(content, fileName, line);
      if (names.has(name.toLowerCase())) {
        throw new InputError('duplicate-field', `the field ${name} occurs twice in a paragraph`, {
          where: { file: fileName, line },
          hint: 'Keep one of the two fields, or begin a new paragraph with an empty line.',
        });
      }
      names.add(name.toLowerCase());
      if (comments !== '') parts.push({ kind: 'comment', text: comments });
      comments = '';
      parts.push({ kind: 'field', name, text: raw, line });
    }
  }
  endParagraph();
  return new Deb822Document(fileName, endOfLine, chunks);
}

function fieldName(content: string, fileName: string, line: number): string {
  const name = content.slice(0, Math.max(content.indexOf(':'), 0)).trimEnd();
  if (isFieldName(name)) return name;
  const mark = content.startsWith('\uFEFF') ? ' (it begins with a byte order mark)' : '';
  const shown = JSON.stringify(content.length > 60 ? `${content.slice(0, 60)}…` : content);
  throw syntaxError(`${shown} is not a "Field: value" line${mark}`, fileName, line);
}

function syntaxError(message: string, file: string, line: number): InputError {
  return new InputError('deb822-syntax', message, {
    where: { file, line },
    hint: 'Write "Field: value", begin the line with a space to continue the field above, or with # for a comment (deb822(5)).',
  });
}
