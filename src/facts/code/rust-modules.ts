/** Reads the macro module! of Rust modules, and its relatives such as module_platform_driver!. */

import { cleanLine, lineAt } from '../plain-text.ts';
import type { SourceFile } from './c-sources.ts';
import type { ModuleMacro, ModuleStatement } from './module-statement.ts';

/** The fields of module! that say the same as a MODULE_ macro (rust/macros/lib.rs). */
const MACROS: Readonly<Record<string, ModuleMacro>> = {
  license: 'LICENSE',
  description: 'DESCRIPTION',
  author: 'AUTHOR',
  authors: 'AUTHOR',
  version: 'VERSION',
};

const MODULE = /^[ \t]*(?:\w+::)*module(?:_\w+)?![ \t\n]*\{/gm;
const FIELD =
  /^[ \t]*(license|description|authors?|version)[ \t]*:[ \t]*(\[[^\]]*\]|b?"(?:[^"\\]|\\.)*")/gm;
const STRING = /"((?:[^"\\]|\\.)*)"/g;
/** The most characters of a module! that are read. */
const MOST = 4000;

/** Returns what the module! macros of a Rust file state. */
export function rustStatements({ path, text }: SourceFile): ModuleStatement[] {
  if (!/\.rs$/.test(path) || !text.includes('!')) return [];
  return [...text.matchAll(MODULE)].flatMap((start) => {
    const body = text.slice(start.index, start.index + MOST);
    const end = body.search(/^\}/m);
    const block = end === -1 ? body : body.slice(0, end);
    return [...block.matchAll(FIELD)].flatMap((field) => {
      const [, name = '', values = ''] = field;
      const macro = MACROS[name];
      const line = lineAt(text, start.index + field.index);
      return [...values.matchAll(STRING)].flatMap(([, said = '']) => {
        const value = cleanLine(said.replace(/\\(["\\])/g, '$1'));
        const from = `${path}:${line} module! ${name}`;
        return macro === undefined || value === ''
          ? []
          : [{ macro, value, file: path, line, from }];
      });
    });
  });
}
