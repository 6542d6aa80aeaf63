/** An assignment in a shell script and its position. */
export interface Assignment {
  readonly name: string;
  /**
   * The index of an array element: the text between the brackets, such as `0` or `$i`. Undefined for `NAME=` and
   * `NAME=(…)`.
   */
  readonly index: string | undefined;
  readonly append: boolean;
  /** The offsets of the name, of the value, and of the end of the value. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
  /**
   * Whether the assignment is inside of if, case, a loop, a function or a subshell. Such an assignment may not be
   * executed.
   */
  readonly nested: boolean;
}

/** The offsets of a comment, from its `#` to the end of the line. */
export interface Comment {
  readonly start: number;
  readonly end: number;
}

const OPENING = new Set(['if', 'case', 'for', 'while', 'until', 'select', '{']);
const CLOSING = new Set(['fi', 'esac', 'done', '}']);
/** Words of the shell after which a command may begin, such as `then`. */
const BEFORE_COMMAND = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', '{']);
const DECLARING = new Set(['export', 'local', 'readonly', 'declare', 'typeset']);

const MAX_DEPTH = 100;
/** The longest text between brackets that is taken for an array index, in characters. A longer text is not an index. */
const LONGEST_INDEX = 1000;

/**
 * Returns the assignments and comments of a bash script. The function knows bash's rules of quoting, but not its
 * grammar, and expands nothing. This is sufficient for a dkms.conf, which mostly sets variables. bash itself evaluates
 * the values (evaluate.ts).
 */
export function readAssignments(text: string): {
  assignments: Assignment[];
  comments: Comment[];
} {
  const assignments: Assignment[] = [];
  const comments: Comment[] = [];
  let atCommand = true;
  let declaring = false;
  let depth = 0;
  let parentheses = 0;
  let documents: string[] = [];
  let i = 0;
  const beginCommand = () => {
    atCommand = true;
    declaring = false;
  };
  while (i < text.length) {
    const character = text.charAt(i);
    if (character === '\n') {
      i = skipDocuments(text, i + 1, documents);
      documents = [];
      beginCommand();
    } else if (/[ \t\r]/.test(character)) i++;
    else if (character === '\\' && text[i + 1] === '\n') i += 2;
    else if (character === '#') {
      const newline = text.indexOf('\n', i);
      const end = newline < 0 ? text.length : newline;
      comments.push({ start: i, end });
      i = end;
    } else if (';&|()'.includes(character)) {
      if (character === '(') parentheses++;
      if (character === ')') parentheses = Math.max(0, parentheses - 1);
      beginCommand();
      i++;
    } else if ('<>'.includes(character)) {
      const document = /^<<-?[ \t]*\\?(["']?)(\w+)\1/.exec(text.slice(i, i + 80));
      if (document?.[2] !== undefined) documents.push(document[2]);
      i += document?.[0].length ?? 1;
    } else {
      const found = atCommand ? assignmentAt(text, i) : undefined;
      if (found !== undefined) {
        assignments.push({ ...found, nested: depth > 0 || parentheses > 0 });
        i = found.end;
        continue;
      }
      const end = Math.max(i + 1, skipWord(text, i));
      const word = text.slice(i, end);
      if (atCommand) {
        if (OPENING.has(word)) depth++;
        if (CLOSING.has(word)) depth = Math.max(0, depth - 1);
        if (DECLARING.has(word)) declaring = true;
        atCommand = BEFORE_COMMAND.has(word) || declaring;
      }
      i = end;
    }
  }
  return { assignments, comments };
}

function assignmentAt(text: string, start: number): Omit<Assignment, 'nested'> | undefined {
  const name = /^[A-Za-z_]\w*/.exec(text.slice(start, start + 100))?.[0];
  if (name === undefined) return undefined;
  let i = start + name.length;
  let index: string | undefined;
  if (text[i] === '[') {
    const close = skipTo(text.slice(0, i + LONGEST_INDEX + 2), i + 1, ']');
    if (text[close - 1] !== ']') return undefined;
    index = text.slice(i + 1, close - 1);
    i = close;
  }
  const append = text[i] === '+';
  if (append) i++;
  if (text[i] !== '=') return undefined;
  const valueStart = i + 1;
  const end =
    text[valueStart] === '(' ? skipTo(text, valueStart + 1, ')') : skipWord(text, valueStart);
  return { name, index, append, start, valueStart, end };
}

/** Returns the offset after the word that begins at `start`. */
function skipWord(text: string, start: number): number {
  let i = start;
  while (i < text.length && !/[\s;&|()<>]/.test(text.charAt(i))) i = skipPiece(text, i);
  return i;
}

/** Returns the offset after one character, quotation or expansion. */
function skipPiece(text: string, i: number, depth = 0): number {
  // The depth is limited, because a hostile text could exhaust the stack. No real file nests so deep.
  if (depth > MAX_DEPTH) return text.length;
  const character = text[i];
  if (character === '\\') return Math.min(text.length, i + 2);
  if (character === "'") {
    const close = text.indexOf("'", i + 1);
    return close < 0 ? text.length : close + 1;
  }
  if (character === '"' || character === '`') return skipQuoted(text, i + 1, character, depth + 1);
  if (character === '$' && text[i + 1] === '(') return skipTo(text, i + 2, ')', depth + 1);
  if (character === '$' && text[i + 1] === '{') return skipTo(text, i + 2, '}', depth + 1);
  if (character === '$' && text[i + 1] === "'") return skipQuoted(text, i + 2, "'", depth + 1);
  return i + 1;
}

/** Returns the offset after the closing `"`, backquote or (for `$'…'`) `'`. */
function skipQuoted(text: string, start: number, close: string, depth: number): number {
  let i = start;
  while (i < text.length && text[i] !== close) {
    const nested = close === '"' && /[$`\\]/.test(text.charAt(i));
    i = text[i] === '\\' ? i + 2 : nested ? skipPiece(text, i, depth) : i + 1;
  }
  return Math.min(text.length, i + 1);
}

/** Returns the offset after the closing bracket. `start` is the offset after the opening bracket. */
function skipTo(text: string, start: number, close: ')' | '}' | ']', nesting = 0): number {
  const open = close === ')' ? '(' : close === '}' ? '{' : '[';
  let depth = 1;
  let i = start;
  while (i < text.length) {
    const character = text[i];
    if (character === close && --depth === 0) return i + 1;
    if (character === open) depth++;
    if (close === ')' && character === '#' && /\s/.test(text.charAt(i - 1))) {
      const newline = text.indexOf('\n', i);
      i = newline < 0 ? text.length : newline;
    } else i = character === open || character === close ? i + 1 : skipPiece(text, i, nesting);
  }
  return text.length;
}

function skipDocuments(text: string, start: number, delimiters: readonly string[]): number {
  let i = start;
  for (const delimiter of delimiters) {
    while (i < text.length) {
      const newline = text.indexOf('\n', i);
      const end = newline < 0 ? text.length : newline;
      const line = text.slice(i, end).replace(/^\t+/, '');
      i = Math.min(text.length, end + 1);
      if (line === delimiter) break;
    }
  }
  return i;
}

/**
 * Returns the value of an assignment. Returns undefined for an array, and for a value with something outside of single
 * quotes that the shell may change: a backslash, a variable, a command, a pattern.
 */
export function literalValue(source: string): string | undefined {
  if (source.startsWith('(')) return undefined;
  let value = '';
  for (const match of source.matchAll(
    /'([^']*)'|"([^"$`\\]*)"|([^\s'"$`\\*?[\]~{}]+|\{\w+\})|([\s\S])/g,
  )) {
    const [, single, double, bare, other] = match;
    if (other !== undefined) return undefined;
    value += single ?? double ?? bare ?? '';
  }
  return value;
}
