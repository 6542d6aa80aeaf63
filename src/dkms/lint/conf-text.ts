import { type Assignment, type Comment, literalValue, readAssignments } from './shell-words.ts';

/** The text of a dkms.conf with what can be said of it without running it. */
export class ConfText {
  /** latin1: one character a byte, so that what is not changed stays as it is. */
  readonly text: string;
  readonly assignments: readonly Assignment[];
  readonly comments: readonly Comment[];
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const { assignments, comments } = readAssignments(text);
    this.assignments = assignments;
    this.comments = comments;
    const starts = [0];
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
    this.#starts = starts;
  }

  /** Of an offset, from 1. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** A line without its line break; '' past the end. */
  line(number: number): string {
    const start = this.#starts[number - 1];
    if (start === undefined) return '';
    const next = this.#starts[number];
    return this.text.slice(start, next === undefined ? this.text.length : next - 1);
  }

  /** Offset of the beginning of a line; the end of the text for one past the last. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.text.length;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  valueSource({ valueStart, end }: Assignment): string {
    return this.text.slice(valueStart, end);
  }

  literal(assignment: Assignment): string | undefined {
    return literalValue(this.valueSource(assignment));
  }

  of(name: string): Assignment[] {
    return this.assignments.filter((assignment) => assignment.name === name);
  }

  /**
   * The assignment that gives `name[index]` its value, as far as the text tells: the last with this
   * very index, else the last with an index that only bash knows.
   */
  assignmentOf(name: string, index = 0): Assignment | undefined {
    const all = this.of(name);
    const exact = all.filter((assignment) => Number(assignment.index ?? '0') === index);
    const computed = all.filter(
      ({ index: own, valueStart }) =>
        (own !== undefined && !/^\d+$/.test(own)) || this.text[valueStart] === '(',
    );
    return exact.at(-1) ?? computed.at(-1);
  }

  /** Is an offset in a comment? */
  inComment(offset: number): boolean {
    return this.comments.some(({ start, end }) => start <= offset && offset < end);
  }

  /** Is a name used as `$NAME` or `${NAME…}` anywhere but in comments? */
  uses(name: string): boolean {
    const use = new RegExp(`\\$(?:${name}\\b|\\{[#!]?${name}\\b)`, 'g');
    return [...this.text.matchAll(use)].some(({ index }) => !this.inComment(index));
  }
}
