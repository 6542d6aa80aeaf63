import { InputError, type Place } from '../errors.ts';
import { formatField } from './control-field.ts';

/** A field. `text` is the text of the field in the file, with the comments between its lines. */
export interface FieldPart {
  readonly kind: 'field';
  readonly name: string;
  readonly text: string;
  readonly line: number;
}

/** Comment lines before a field or at the end of a paragraph. */
export interface CommentPart {
  readonly kind: 'comment';
  readonly text: string;
}

export type ParagraphPart = FieldPart | CommentPart;

/**
 * One paragraph of a Deb822Document (Policy 5.1, deb822(5)). The case of field names does not
 * matter. An edit changes only the bytes of its own field.
 */
export class Deb822Paragraph {
  readonly #fileName: string;
  readonly #endOfLine: string;
  #parts: ParagraphPart[];

  constructor(fileName: string, endOfLine: string, parts: readonly ParagraphPart[]) {
    this.#fileName = fileName;
    this.#endOfLine = endOfLine;
    this.#parts = [...parts];
  }

  /** Returns the field names in the order and spelling of the file. */
  names(): string[] {
    return this.#parts.flatMap((part) => (part.kind === 'field' ? [part.name] : []));
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /**
   * Returns the unfolded value of a field, or undefined if the paragraph does not have the field.
   * As for dpkg, each continuation line loses its first character, ` .` becomes an empty line, and
   * comments are left out.
   */
  get(name: string): string | undefined {
    return this.getLines(name)?.join('\n');
  }

  /**
   * Returns the lines of `get(name)`. The first line is the text after the name, and may be empty. Returns undefined if
   * the paragraph does not have the field.
   */
  getLines(name: string): string[] | undefined {
    const field = this.#find(name);
    if (!field) return undefined;
    const [first = '', ...others] = field.text
      .replace(/\r?\n$/, '')
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    const unfolded = others.map((line) => {
      const content = line.slice(1).trimEnd();
      return /^\.+$/.test(content) ? content.slice(1) : content;
    });
    return [first.slice(first.indexOf(':') + 1).trim(), ...unfolded];
  }

  /**
   * Returns the file and the line of a field, for error messages; only the file if there is no such field. Without a
   * name, returns the line of the first field.
   */
  where(name?: string): Place {
    const part =
      name === undefined ? this.#parts.find(({ kind }) => kind === 'field') : this.#find(name);
    return part?.kind === 'field'
      ? { file: this.#fileName, line: part.line }
      : { file: this.#fileName };
  }

  /**
   * Sets the unfolded value of a field, and keeps its place and the spelling of its name. A new field is added after
   * the last field. An equal value changes nothing; a different value removes the comments inside the field. Throws the
   * errors of formatField.
   */
  set(name: string, value: string): void {
    const old = this.#find(name);
    if (!old) {
      this.#insert(this.#parts.findLastIndex(({ kind }) => kind === 'field') + 1, name, value);
    } else if (this.get(name) !== value) {
      const text = this.#format(old.name, value);
      this.#parts = this.#parts.map((part) => (part === old ? { ...old, text } : part));
    }
  }

  /**
   * Adds a field after the field `after`, or at the end if the paragraph does not have `after`.
   * Throws InputError `duplicate-field` if the paragraph already has the field, and the errors of
   * formatField.
   */
  insertAfter(after: string, name: string, value: string): void {
    if (this.has(name)) {
      throw new InputError('duplicate-field', `the field ${name} already exists`, {
        where: this.where(name),
      });
    }
    const anchor = this.#find(after);
    if (anchor) this.#insert(this.#parts.indexOf(anchor) + 1, name, value);
    else this.set(name, value);
  }

  /** Removes a field and the comments inside it, but not the comment before it. Returns whether the field existed. */
  remove(name: string): boolean {
    const field = this.#find(name);
    this.#parts = this.#parts.filter((part) => part !== field);
    return field !== undefined;
  }

  /** Returns the text of the paragraph. */
  toString(): string {
    return this.#parts.map(({ text }) => text).join('');
  }

  /**
   * Adds an item to the end of a comma-separated list. The item gets its own line, with the indentation of the line
   * above. Every other byte is kept, except white space at the end of the field. A missing field is added. Throws the
   * errors of formatField.
   */
  addToList(name: string, item: string): void {
    const old = this.#find(name);
    if (!old) {
      this.set(name, item);
      return;
    }
    const lines = old.text.trimEnd();
    const last = lines.split(/\r?\n/).findLast((line) => !line.startsWith('#')) ?? '';
    const indentation = /^[ \t]+/.exec(last)?.[0] ?? ' ';
    const isEmpty = this.get(name)?.trim() === '';
    const [separator, end] = last.trimEnd().endsWith(',') ? ['', ','] : [isEmpty ? '' : ',', ''];
    formatField(name, item);
    const text = `${lines}${separator}${this.#endOfLine}${indentation}${item}${end}${this.#endOfLine}`;
    this.#parts = this.#parts.map((part) => (part === old ? { ...old, text } : part));
  }

  #find(name: string): FieldPart | undefined {
    const key = name.toLowerCase();
    return this.#parts.find(
      (part): part is FieldPart => part.kind === 'field' && part.name.toLowerCase() === key,
    );
  }

  #insert(index: number, name: string, value: string): void {
    const text = this.#format(name, value);
    const before = this.#parts[index - 1];
    if (before && !before.text.endsWith('\n')) {
      this.#parts[index - 1] = { ...before, text: before.text + this.#endOfLine };
    }
    const line = before?.kind === 'field' ? before.line : 1;
    this.#parts.splice(index, 0, { kind: 'field', name, text, line });
  }

  #format(name: string, value: string): string {
    return formatField(name, value).replaceAll('\n', this.#endOfLine);
  }
}
