import { type FunctionScope, LAZY_FUNCTIONS, MAKE_FUNCTIONS, patsubst } from './make-functions.ts';
import { closing, splitArguments, topWords } from './make-words.ts';
import { isEmpty, UNKNOWN, UNSURE, unsure, wordsOf } from './markers.ts';
import { outsideValue } from './outside-value.ts';

/** A line in a makefile or source. */
export interface MakePlace {
  readonly file: string;
  readonly line: number;
}

/** A word in the value of a variable, and the line that contains it. */
export interface PlacedWord {
  readonly text: string;
  readonly place: MakePlace;
  /** Whether it is uncertain that the variable has this word. */
  readonly unsure: boolean;
}

interface Piece {
  readonly text: string;
  readonly place: MakePlace;
  /** Whether the text has already been expanded, because it was assigned with `:=`. */
  readonly done: boolean;
  readonly unsure: boolean;
}

export type Flavour = '=' | ':=' | '+=' | '?=';

/**
 * Limits for the expansion of variables, because a hostile makefile could double a text in each line. Beyond the
 * limits, a value is unknown.
 */
const MOST_STEPS = 150_000;
const MOST_TEXT = 256 * 1024;
const MOST_DEPTH = 60;
/** The most pieces of one variable that are kept. Further pieces are left out. */
const MOST_PIECES = 20_000;

/** The variables of one run of make. Their values may be partly unknown. */
export class MakeVariables {
  readonly #pieces = new Map<string, Piece[]>();
  /** By the name of a variable: how many of its first pieces have been found to be unsure. */
  readonly #unsure = new Map<string, number>();
  readonly #given: ReadonlyMap<string, string>;
  readonly #hooks: Pick<FunctionScope, 'wildcard' | 'ran'>;
  /** The variables that are being expanded. make refuses a variable whose value refers to itself. */
  readonly #open = new Set<string>();
  #steps = 0;
  #depth = 0;

  /**
   * Makefiles do not change the variables in `given`. In GNU make, a makefile may change those of the environment, and
   * `override` changes all.
   */
  constructor(given: ReadonlyMap<string, string>, hooks: Pick<FunctionScope, 'wildcard' | 'ran'>) {
    this.#given = given;
    this.#hooks = hooks;
  }

  assign(name: string, flavour: Flavour, text: string, place: MakePlace, isUnsure: boolean): void {
    const pieces = this.#pieces.get(name) ?? [];
    if (flavour === '?=' && pieces.length > this.#markUnsure(name, pieces, false)) return;
    const fresh: Piece[] =
      flavour === ':='
        ? this.#placed([{ text, place, done: false, unsure: isUnsure }]).map((word) => ({
            ...word,
            done: true,
          }))
        : [{ text, place, done: false, unsure: isUnsure }];
    if (flavour === '=' || flavour === ':=') {
      // If it is unknown whether make reads this line, the variable may have the old or the new value.
      if (isUnsure) this.#markUnsure(name, pieces, true);
      else {
        pieces.length = 0;
        this.#unsure.delete(name);
      }
    }
    // The pieces are not copied, because a makefile may have a hundred thousand lines.
    if (pieces.length + fresh.length < MOST_PIECES) for (const piece of fresh) pieces.push(piece);
    this.#pieces.set(name, pieces);
  }

  /**
   * Returns how many of the first pieces of a variable are unsure. If `all` is true, makes all pieces unsure first. The
   * number is kept in #unsure, so that no unsure piece is read twice.
   */
  #markUnsure(name: string, pieces: Piece[], all: boolean): number {
    let count = this.#unsure.get(name) ?? 0;
    for (let piece = pieces[count]; piece !== undefined; piece = pieces[++count]) {
      if (piece.unsure) continue;
      if (!all) break;
      pieces[count] = { ...piece, unsure: true };
    }
    this.#unsure.set(name, count);
    return count;
  }

  /** Returns the names of the variables that the makefiles set. */
  names(): Iterable<string> {
    return this.#pieces.keys();
  }

  /** Returns the words that makefiles give to a variable, each with its line. A value in `given` is not used. */
  words(name: string): PlacedWord[] {
    return this.#placed(this.#pieces.get(name) ?? []);
  }

  /**
   * Whether ifdef takes the variable for defined: its text before expansion is not empty (GNU make, "Conditional
   * Syntax"). Returns undefined if this is unknown.
   */
  isSet(name: string): boolean | undefined {
    const given = this.#given.get(name);
    const pieces = given === undefined ? this.#pieces.get(name) : undefined;
    if (pieces === undefined) {
      const empty = isEmpty(given ?? outsideValue(name));
      return empty === undefined ? undefined : !empty;
    }
    this.#steps += pieces.length;
    if (this.#steps > MOST_STEPS) return undefined;
    const answers = pieces.map((piece) => isEmpty(piece.unsure ? unsure(piece.text) : piece.text));
    if (answers.includes(false)) return true;
    return answers.includes(undefined) ? undefined : false;
  }

  expand(text: string, values: ReadonlyMap<string, string> = new Map()): string {
    if (!text.includes('$')) return text;
    if (++this.#steps > MOST_STEPS || this.#depth > MOST_DEPTH) return UNKNOWN;
    this.#depth++;
    let out = '';
    for (let i = 0; i < text.length && out.length < MOST_TEXT; ) {
      const dollar = text.indexOf('$', i);
      if (dollar === -1) {
        out += text.slice(i);
        break;
      }
      out += text.slice(i, dollar);
      this.#steps += out.length >> 10;
      const next = text[dollar + 1];
      if (next === '(' || next === '{') {
        const end = closing(text, dollar + 1);
        const value = this.#reference(text.slice(dollar + 2, end), values);
        // If it is uncertain whether a part of a word exists, the whole word is unknown.
        const part = /\S/.test((out.at(-1) ?? '') + text.slice(end + 1, end + 2));
        out += part && value.includes(UNSURE) ? UNKNOWN : value;
        i = end + 1;
      } else {
        if (next === '$') out += '$';
        else if (next !== undefined) out += this.#value(next, values);
        i = dollar + 2;
      }
    }
    this.#depth--;
    return out.length > MOST_TEXT ? UNKNOWN : out;
  }

  #reference(content: string, values: ReadonlyMap<string, string>): string {
    const call = /^([a-z-]+)[ \t]+/.exec(content);
    const name = call?.[1] ?? '';
    const rest = content.slice(call?.[0].length ?? 0);
    const scope = this.#scope(values);
    const lazy = Object.hasOwn(LAZY_FUNCTIONS, name) ? LAZY_FUNCTIONS[name] : undefined;
    if (call && lazy) return lazy(scope, ...splitArguments(rest));
    const eager = Object.hasOwn(MAKE_FUNCTIONS, name) ? MAKE_FUNCTIONS[name] : undefined;
    if (call && eager) {
      return eager(scope, ...splitArguments(rest).map((one) => this.expand(one, values)));
    }
    const substitution = /^([^:=$(){}]+|\$.+):([^=]*)=(.*)$/.exec(content);
    if (substitution) {
      const [, variable = '', from = '', to = ''] = substitution.map((one) =>
        this.expand(one, values),
      );
      const text = this.#value(variable, values);
      return from.includes('%') ? patsubst(from, to, text) : patsubst(`%${from}`, `%${to}`, text);
    }
    return this.#value(this.expand(content, values), values);
  }

  #scope(values: ReadonlyMap<string, string>): FunctionScope {
    return {
      ...this.#hooks,
      expand: (text) => this.expand(text, values),
      expandWith: (text, more) => this.expand(text, new Map([...values, ...more])),
      valueOf: (name) => {
        const pieces = this.#pieces.get(name);
        return pieces?.map(({ text }) => text).join(' ');
      },
    };
  }

  #value(name: string, values: ReadonlyMap<string, string>): string {
    const given = values.get(name) ?? this.#given.get(name);
    if (given !== undefined) return given;
    const pieces = this.#pieces.get(name);
    if (pieces === undefined) return outsideValue(name);
    this.#steps += pieces.length;
    if (this.#steps > MOST_STEPS || this.#open.has(name)) return UNKNOWN;
    this.#open.add(name);
    const texts = pieces.map((piece) => {
      const text = piece.done ? piece.text : this.expand(piece.text, values);
      return piece.unsure ? unsure(text) : text;
    });
    this.#open.delete(name);
    return texts.join(' ');
  }

  #placed(pieces: readonly Piece[]): PlacedWord[] {
    const words: PlacedWord[] = [];
    for (const piece of pieces) this.#place(piece, piece.unsure, words);
    return words;
  }

  /**
   * Adds the words in a part of a value to `words`, each with the line of the variable that it comes from. There is one
   * list for all, because to copy the words at each of many nested references would take seconds.
   */
  #place(piece: Piece, isUnsure: boolean, words: PlacedWord[]): void {
    const add = (text: string) => {
      if (this.#steps > MOST_STEPS) return;
      const found = wordsOf(text);
      this.#steps += found.length;
      for (const word of found) {
        const plain = word.replaceAll(UNSURE, '');
        words.push({ text: plain, place: piece.place, unsure: isUnsure || word.includes(UNSURE) });
      }
    };
    if (piece.done) add(piece.text);
    for (const word of piece.done ? [] : topWords(piece.text)) {
      const name = /^\$[({]([\w.-]+)[)}]$/.exec(word)?.[1];
      const pieces = name === undefined ? undefined : this.#pieces.get(name);
      if (
        name === undefined ||
        pieces === undefined ||
        this.#given.has(name) ||
        this.#depth > MOST_DEPTH
      ) {
        add(this.expand(word));
      } else if (++this.#steps > MOST_STEPS || this.#open.has(name)) {
        add(UNKNOWN);
      } else {
        this.#depth++;
        this.#open.add(name);
        for (const inner of pieces) this.#place(inner, isUnsure || inner.unsure, words);
        this.#open.delete(name);
        this.#depth--;
      }
    }
  }
}
