import {
  type Assignment,
  type Comment,
  literalValue,
  readAssignments,
} from '../../dkms/conf/shell-words.ts';

/** The text of a dkms.conf with its assignments and comments, found without running it. */
export class ConfText {
  /** The text, decoded as latin1: one character for each byte, so that edits keep all other bytes. */
  readonly text: string;
  readonly assignments: readonly Assignment[];
  readonly comments: readonly Comment[];
  readonly #starts: readonly number[];
  readonly #byName: ReadonlyMap<string, Named>;
  #used: ReadonlySet<string> | undefined;

  constructor(text: string) {
    this.text = text;
    const { assignments, comments } = readAssignments(text);
    this.assignments = assignments;
    this.comments = comments;
    const starts = [0];
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
    this.#starts = starts;
    this.#byName = byName(assignments, text);
  }

  /** Returns the number of the line, from 1, in which an offset is. */
  lineOf(offset: number): number {
    return lastIndex(this.#starts, (start) => start <= offset) + 1;
  }

  /** Returns the text of a line without its line break. Returns '' if the text has no such line. */
  line(number: number): string {
    const start = this.#starts[number - 1];
    if (start === undefined) return '';
    const next = this.#starts[number];
    return this.text.slice(start, next === undefined ? this.text.length : next - 1);
  }

  /** Returns the offset at which a line begins. After the last line, returns the end of the text. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.text.length;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** Returns the value of an assignment as it is written, with its quotes. */
  valueSource({ valueStart, end }: Assignment): string {
    return this.text.slice(valueStart, end);
  }

  /** Returns the value of an assignment if it is literal. Returns undefined if bash would expand it. */
  literal(assignment: Assignment): string | undefined {
    return literalValue(this.valueSource(assignment));
  }

  /** Returns all assignments to a name. */
  of(name: string): readonly Assignment[] {
    return this.#byName.get(name)?.all ?? [];
  }

  /**
   * Returns the assignment that sets `name[index]`: the last one with this index. If there is none, returns the last
   * one that sets the whole array or has an index that only bash can compute.
   */
  assignmentOf(name: string, index = 0): Assignment | undefined {
    const named = this.#byName.get(name);
    return named?.exact.get(index) ?? named?.computed;
  }

  /** Whether an offset is in a comment. */
  inComment(offset: number): boolean {
    const last = this.comments[lastIndex(this.comments, ({ start }) => start <= offset)];
    return last !== undefined && last.start <= offset && offset < last.end;
  }

  /** Whether the text uses `$NAME` or `${NAME…}` outside of comments. */
  uses(name: string): boolean {
    this.#used ??= new Set(
      [...this.text.matchAll(/\$(?:(\w+)|\{[#!]?(\w+))/g)]
        .filter(({ index }) => !this.inComment(index))
        .map(([, plain, braced]) => plain ?? braced ?? ''),
    );
    return this.#used.has(name);
  }
}

/** All assignments to one name. */
interface Named {
  readonly all: Assignment[];
  readonly exact: Map<number, Assignment>;
  /** The last assignment that sets the whole array, or has an index that only bash can compute. */
  computed?: Assignment;
}

function byName(assignments: readonly Assignment[], text: string): Map<string, Named> {
  const found = new Map<string, Named>();
  for (const assignment of assignments) {
    const { name, index, valueStart } = assignment;
    const named: Named = found.get(name) ?? { all: [], exact: new Map() };
    found.set(name, named);
    named.all.push(assignment);
    named.exact.set(Number(index ?? '0'), assignment);
    const computed = index !== undefined && !/^\d+$/.test(index);
    if (computed || text[valueStart] === '(') named.computed = assignment;
  }
  return found;
}

/**
 * Returns the index of the last item for which `isBefore` is true, or 0 if it is true for no item. The items for which
 * it is true must be the first ones of the list.
 */
function lastIndex<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isBefore(items[middle] as T)) low = middle;
    else high = middle;
  }
  return low;
}
