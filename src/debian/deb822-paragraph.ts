import { InputError, type Place } from '../errors.ts';
import { formatField } from './control-field.ts';

/** A field with the bytes it has in the file, comments between its lines included. */
export interface FieldPart {
  readonly kind: 'field';
  readonly name: string;
  readonly text: string;
  readonly line: number;
}

/** Comment lines that stand before a field or at the paragraph's end. */
export interface CommentPart {
  readonly kind: 'comment';
  readonly text: string;
}

export type ParagraphPart = FieldPart | CommentPart;

/**
 * One paragraph of a Deb822Document (Policy 5.1, deb822(5)). Field names are compared without
 * regard to case. An edit replaces the bytes of its own field only.
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

  /** The names of the fields in their order, spelled as in the file. */
  names(): string[] {
    return this.#parts.flatMap((part) => (part.kind === 'field' ? [part.name] : []));
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /**
   * The value unfolded as by dpkg: lines joined by newlines, one blank taken off each continuation
   * line, ` .` an empty line, no comments. undefined where there is no such field.
   */
  get(name: string): string | undefined {
    return this.getLines(name)?.join('\n');
  }

  /** The lines of `get(name)`; the first is what stands beside the name and may be empty. */
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

  /** Where the field (or without a name the paragraph) stood when the file was read, for errors. */
  where(name?: string): Place {
    const part =
      name === undefined ? this.#parts.find(({ kind }) => kind === 'field') : this.#find(name);
    return part?.kind === 'field'
      ? { file: this.#fileName, line: part.line }
      : { file: this.#fileName };
  }

  /**
   * Gives the field a new value (unfolded, see formatField) at its old place and with its old
   * spelling, or adds it behind the last field. The same value changes nothing; another one takes
   * the place of comments inside the field too. Throws as formatField does.
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

  /** Adds a new field behind the field `after`, or at the end where there is none. Throws InputError `duplicate-field`. */
  insertAfter(after: string, name: string, value: string): void {
    if (this.has(name)) {
      throw new InputError('duplicate-field', `there is a field ${name} already`, {
        where: this.where(name),
      });
    }
    const anchor = this.#find(after);
    if (anchor) this.#insert(this.#parts.indexOf(anchor) + 1, name, value);
    else this.set(name, value);
  }

  /** Takes the field out, its inner comments with it; the comment before it stays. True if there was one. */
  remove(name: string): boolean {
    const field = this.#find(name);
    this.#parts = this.#parts.filter((part) => part !== field);
    return field !== undefined;
  }

  /** The bytes of the paragraph. */
  toString(): string {
    return this.#parts.map(({ text }) => text).join('');
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
