/** Reads the macro module! of Rust modules, and its relatives such as module_platform_driver!. */

import { cleanLine, lineAt } from '../plain-text.ts';
import type { SourceFile } from './c-sources.ts';
import type { ModuleMacro, ModuleStatement } from './module-statement.ts';

/** The fields of module! that say the same as a MODULE_ macro (rust/macros/lib.rs). */
const MACROS: ReadonlyMap<string, ModuleMacro> = new Map([
  ['license', 'LICENSE'],
  ['description', 'DESCRIPTION'],
  ['author', 'AUTHOR'],
  ['authors', 'AUTHOR'],
  ['version', 'VERSION'],
]);

const MODULE = /^[ \t]*(?:\w+::)*module(?:_\w+)?![ \t\r\n]*\{/gm;

/**
 * Matches the tokens of a module!: strings, characters, comments, brackets, words. A string or comment without an end
 * goes to the end of the file, so that the time is proportional to the length.
 */
const TOKEN =
  /(?:\b[bc])?"((?:[^"\\]|\\[\s\S])*)"?|'(?:[^'\\\n]|\\[^\n])'|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[{}[\](),]|\w+/g;

/** A string of a field, with the offset of the field in the file. */
interface Said {
  readonly name: string;
  readonly at: number;
  readonly value: string;
}

/** Returns what the module! macros of a Rust file state. */
export function rustStatements({ path, text }: SourceFile): ModuleStatement[] {
  if (!path.endsWith('.rs') || !text.includes('module')) return [];
  const found: ModuleStatement[] = [];
  let end = 0;
  let line = 1;
  let counted = 0;
  for (const start of text.matchAll(MODULE)) {
    if (start.index < end) continue;
    const block = readBlock(text, start.index + start[0].length);
    end = block.end;
    for (const { name, at, value } of block.said) {
      const macro = MACROS.get(name);
      const clean = cleanLine(unescaped(value));
      if (macro === undefined || clean === '') continue;
      line += lineAt(text.slice(counted, at), at - counted) - 1;
      counted = at;
      found.push({
        macro,
        value: clean,
        file: path,
        line,
        from: `${path}:${line} module! ${name}`,
      });
    }
  }
  return found;
}

/**
 * Reads the fields of the module! whose `{` is before `offset`: each string that is the value of a field, or is in the
 * list that is its value. Fields of blocks in it, such as params, are left out.
 */
function readBlock(text: string, offset: number): { said: Said[]; end: number } {
  const said: Said[] = [];
  const open: string[] = [];
  let field: Pick<Said, 'name' | 'at'> | undefined;
  const tokens = new RegExp(TOKEN);
  tokens.lastIndex = offset;
  for (const { 0: token, 1: value, index } of text.matchAll(tokens)) {
    if (value !== undefined) {
      const isValue = open.length === 0 || (open.length === 1 && open[0] === '[');
      if (isValue && field !== undefined) said.push({ ...field, value });
      if (open.length === 0) field = undefined;
    } else if (/^[{[(]/.test(token)) {
      open.push(token);
      if (token === '{') field = undefined;
    } else if (/^[}\])]/.test(token)) {
      if (open.pop() === undefined) return { said, end: index };
    } else if (open.length === 0 && token === ',') {
      field = undefined;
    } else if (open.length === 0 && /^\w/.test(token)) {
      field = { name: token, at: index };
    }
  }
  return { said, end: text.length };
}

/** Returns the value of a string literal. A backslash at the end of a line joins it with the next one. */
function unescaped(literal: string): string {
  return literal.replace(/\\\r?\n\s*|\\(["'\\])/g, '$1');
}
