import type { MakeVariables } from './make-variables.ts';
import { isEmpty, isKnown } from './markers.ts';

type State = 'taken' | 'skipped' | 'unsure';

interface Level {
  /** Whether make reads the lines around the condition. */
  readonly outer: State;
  state: State;
  /** Whether an earlier branch of the condition was taken. `unsure` if this is unknown. */
  earlier: 'no' | 'yes' | 'unsure';
}

/**
 * Evaluates ifeq, ifneq, ifdef, ifndef, else and endif (GNU make, "Conditionals") with variables that are partly
 * unknown.
 */
export class Conditions {
  readonly #levels: Level[] = [];
  readonly #variables: MakeVariables;

  constructor(variables: MakeVariables) {
    this.#variables = variables;
  }

  /** Whether make reads the next lines: yes (`taken`), no (`skipped`), or unknown (`unsure`). */
  get state(): State {
    return this.#levels.at(-1)?.state ?? 'taken';
  }

  /**
   * Evaluates a line with ifeq, ifneq, ifdef, ifndef, else or endif. Returns false, and does nothing, for any other
   * line.
   */
  take(line: string): boolean {
    const [, word = '', rest = ''] = /^\s*(ifn?eq|ifn?def|else|endif)\b\s*(.*)$/s.exec(line) ?? [];
    if (word === '') return false;
    if (word === 'endif') this.#levels.pop();
    else if (word === 'else') this.#else(rest);
    else if (this.#levels.length < 200) {
      const outer = this.state;
      const level: Level = { outer, state: 'skipped', earlier: 'no' };
      this.#levels.push(level);
      if (outer !== 'skipped') this.#enter(level, this.#decide(word, rest));
    }
    return true;
  }

  #else(rest: string): void {
    const level = this.#levels.at(-1);
    if (level === undefined || level.outer === 'skipped') return;
    const [, word, condition = ''] = /^(ifn?eq|ifn?def)\b\s*(.*)$/s.exec(rest.trim()) ?? [];
    if (level.earlier === 'yes') level.state = 'skipped';
    else this.#enter(level, word === undefined ? true : this.#decide(word, condition));
  }

  #enter(level: Level, decided: boolean | undefined): void {
    if (decided === false) {
      level.state = 'skipped';
      return;
    }
    const sure = decided === true && level.earlier === 'no';
    level.state = sure ? level.outer : 'unsure';
    level.earlier = decided === true ? 'yes' : 'unsure';
  }

  #decide(word: string, condition: string): boolean | undefined {
    if (word.endsWith('def')) {
      const name = this.#variables.expand(condition.trim());
      const set = isKnown(name) ? this.#variables.isSet(name) : undefined;
      return set === undefined ? undefined : set === (word === 'ifdef');
    }
    const equal = this.#equal(condition.trim());
    return equal === undefined ? undefined : equal === (word === 'ifeq');
  }

  #equal(condition: string): boolean | undefined {
    const sides = sidesOf(condition);
    if (sides === undefined) return undefined;
    const [left, right] = sides.map((side) => this.#variables.expand(side).trim()) as [
      string,
      string,
    ];
    if (isKnown(left) && isKnown(right)) return left === right;
    // At least one side has unknown parts. If one side is certainly empty, both are equal if the other side is empty.
    // isEmpty returns undefined if that is unknown. In all other cases the result is unknown.
    const other = left === '' ? right : right === '' ? left : undefined;
    return other === undefined ? undefined : isEmpty(other);
  }
}

/** Returns the two sides of `(a,b)`, `"a" "b"` or `'a' 'b'`. Returns undefined for any other text. */
function sidesOf(condition: string): [string, string] | undefined {
  const quoted = /^(["'])(.*?)\1\s*(["'])(.*?)\3/.exec(condition);
  if (quoted !== null) return [quoted[2] ?? '', quoted[4] ?? ''];
  if (!condition.startsWith('(')) return undefined;
  let depth = 0;
  let comma = -1;
  for (let i = 0; i < condition.length; i++) {
    const character = condition[i];
    if (character === '(' || character === '{') depth++;
    else if (character === ')' || character === '}') {
      if (--depth === 0) {
        return comma === -1
          ? undefined
          : [condition.slice(1, comma), condition.slice(comma + 1, i)];
      }
    } else if (character === ',' && depth === 1 && comma === -1) comma = i;
  }
  return undefined;
}
