/** One statement of a makefile, with the number of its first line (from 1). */
export type Statement =
  | { readonly kind: 'include'; readonly line: number; readonly files: readonly string[] }
  | {
      readonly kind: 'variable';
      readonly line: number;
      readonly name: string;
      readonly value: string;
      /** Whether the operator is `+=`. */
      readonly appends: boolean;
      readonly exported: boolean;
    }
  | { readonly kind: 'export'; readonly line: number; readonly names: readonly string[] }
  | {
      readonly kind: 'rule';
      readonly line: number;
      readonly targets: string;
      readonly prerequisites: string;
      readonly recipe: readonly Command[];
    }
  | { readonly kind: 'other'; readonly line: number; readonly text: string };

/** A command of a recipe; continued lines are joined. */
export interface Command {
  readonly line: number;
  readonly text: string;
}

const DIRECTIVE =
  /^(?:ifeq|ifneq|ifdef|ifndef|else|endif|define|endef|override|undefine|unexport|vpath|load|private)\b/;

/**
 * Splits a makefile into statements, without expanding anything (make, "Parsing Makefiles"). Conditionals, `define`,
 * target-specific variables and lines in an unknown form are `other`. A call such as `$(eval a: b)` is a rule with the
 * unknown target `$(eval a`.
 */
export function makefileStatements(text: string): Statement[] {
  const found: Statement[] = [];
  let recipe: Command[] | undefined;
  for (const { line, text: raw } of logicalLines(text)) {
    if (raw.startsWith('\t') && recipe !== undefined) {
      if (raw.trim() !== '') recipe.push({ line, text: raw.trim() });
      continue;
    }
    const content = raw.replace(/(^|[^\\])#.*$/, '$1').trim();
    if (content === '') continue;
    recipe = undefined;
    const statement = parse(content, line);
    if (statement.kind === 'rule') {
      recipe = [...statement.recipe];
      found.push({ ...statement, recipe });
    } else found.push(statement);
  }
  return found;
}

function parse(content: string, line: number): Statement {
  const include = /^(?:-include|sinclude|include)\s+(.*)$/.exec(content)?.[1];
  if (include !== undefined) return { kind: 'include', line, files: include.split(/\s+/) };
  const [, exported, name, operator, value = ''] =
    /^(export\s+)?([\w.-]+)\s*(\?=|:{0,3}=|\+=)\s*(.*)$/.exec(content) ?? [];
  if (name !== undefined) {
    const appends = operator === '+=';
    return { kind: 'variable', line, name, value, appends, exported: exported !== undefined };
  }
  const names = /^export\b(.*)$/.exec(content)?.[1];
  if (names !== undefined) {
    return { kind: 'export', line, names: names.trim().split(/\s+/).filter(Boolean) };
  }
  const [, targets, rest = ''] = /^([^:=]+?)\s*::?(?!=)\s*(.*)$/.exec(content) ?? [];
  if (targets === undefined || DIRECTIVE.test(content))
    return { kind: 'other', line, text: content };
  const [prerequisites = '', ...commands] = rest.split(';');
  if (prerequisites.includes('=')) return { kind: 'other', line, text: content };
  const command = commands.join(';').trim();
  const recipe = command === '' ? [] : [{ line, text: command }];
  return { kind: 'rule', line, targets, prerequisites: prerequisites.trim(), recipe };
}

/** Returns the lines of a text. A line that ends in a backslash is joined with the next line. */
function* logicalLines(text: string): Iterable<Command> {
  let pieces: string[] = [];
  let first = 1;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (pieces.length === 0) first = index + 1;
    const piece = pieces.length === 0 ? raw : raw.trim();
    // The pieces are collected, and joined once at the end. Joining after each line would be slow for a statement of
    // thousands of lines.
    if (endsInOddBackslash(piece)) pieces.push(piece.slice(0, -1));
    else {
      yield { line: first, text: [...pieces, piece].join(' ') };
      pieces = [];
    }
  }
  if (pieces.length > 0) yield { line: first, text: pieces.join(' ') };
}

/** Whether a line is continued in the next line: its last character is a backslash that no other backslash quotes. */
function endsInOddBackslash(line: string): boolean {
  let count = 0;
  while (line.charAt(line.length - 1 - count) === '\\') count++;
  return count % 2 === 1;
}
