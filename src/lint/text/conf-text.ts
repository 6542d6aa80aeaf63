import {
  type Assignment,
  type Comment,
  literalValue,
  readAssignments,
} from '../../dkms/conf/shell-words.ts';

/** The text of a dkms.conf with what can be said of it without running it. */
export class ConfText {
  /** latin1: one character a byte, so that what is not changed stays as it is. */
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

  /** Of an offset, from 1. */
  lineOf(offset: number): number {
    return lastIndex(this.#starts, (start) => start <= offset) + 1;
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

  of(name: string): readonly Assignment[] {
    return this.#byName.get(name)?.all ?? [];
  }

  /**
   * The assignment that gives `name[index]` its value, as far as the text tells: the last with this
   * very index, else the last with an index that only bash knows.
   */
  assignmentOf(name: string, index = 0): Assignment | undefined {
    const named = this.#byName.get(name);
    return named?.exact.get(index) ?? named?.computed;
  }

  /** Is an offset in a comment? */
  inComment(offset: number): boolean {
    const last = this.comments[lastIndex(this.comments, ({ start }) => start <= offset)];
    return last !== undefined && last.start <= offset && offset < last.end;
  }

  /** Is a name used as `$NAME` or `${NAME…}` anywhere but in comments? */
  uses(name: string): boolean {
    this.#used ??= new Set(
      [...this.text.matchAll(/\$(?:(\w+)|\{[#!]?(\w+))/g)]
        .filter(({ index }) => !this.inComment(index))
        .map(([, plain, braced]) => plain ?? braced ?? ''),
    );
    return this.#used.has(name);
  }
}

/** The assignments of one name; of several with one index, as in bash, the last counts. */
interface Named {
  readonly all: Assignment[];
  readonly exact: Map<number, Assignment>;
  /** The last with an index that only bash knows. */
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

/** The index of the last of sorted items that `isBefore`; 0 where none is. */
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
