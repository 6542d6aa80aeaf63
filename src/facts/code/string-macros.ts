/**
 * Finds the values of macros that are strings, such as `#define DRV_VERSION "1.2"`. The value of a macro may contain
 * other macros.
 */
import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';
import type { SourceFile } from './c-sources.ts';
import { liveTextOf, stringValue } from './c-text.ts';

/** How many times a macro in the value of another macro is followed. Beyond that, the value is unknown. */
const DEEPEST = 5;

/** Looks up the values of the string macros of a tree, as they are in the file `seenFrom`. */
export interface StringMacros {
  string(name: string, seenFrom: string): string | undefined;
  /** Returns the text that `__stringify` makes from a name, such as a number without parentheses. */
  text(name: string, seenFrom: string): string | undefined;
}

/**
 * Makes functions that look up a macro. A definition in the same file is used first, otherwise the definitions in other
 * files of the tree. If one of the definitions is empty, the value is '', because the macro is a suffix like `"_debug"`
 * that only some configurations have. The value is undefined if no definition is found, or if the definitions have
 * different values.
 */
export function stringMacros(files: readonly SourceFile[]): StringMacros {
  const definitions = new Map<string, Map<string, string[]>>();
  const look = (name: string) => {
    const found = definitions.get(name) ?? definitionsOf(files, name);
    definitions.set(name, found);
    return found;
  };
  const resolve = (
    name: string,
    seenFrom: string,
    valueIn: (body: string, path: string) => string | undefined,
  ): string | undefined => {
    const found = look(name);
    const own = found.get(seenFrom);
    const places = own === undefined ? [...found] : [[seenFrom, own] as const];
    const values = new Set(
      places.flatMap(([path, bodies]) => bodies.map((body) => valueIn(unwrapped(body), path))),
    );
    return values.has('') ? '' : values.size === 1 ? [...values][0] : undefined;
  };
  const string = (name: string, seenFrom: string, depth: number): string | undefined =>
    depth > DEEPEST
      ? undefined
      : resolve(name, seenFrom, (body, path) =>
          stringValue(body, {
            string: (inner) => string(inner, path, depth + 1),
            text: (inner) => text(inner, path, depth + 1),
          }),
        );
  const text = (name: string, seenFrom: string, depth: number): string | undefined =>
    depth > DEEPEST
      ? undefined
      : resolve(name, seenFrom, (body, path) => {
          if (/^[A-Za-z_]\w*$/.test(body)) {
            return look(body).size > 0 ? text(body, path, depth + 1) : body;
          }
          return /^[\w.+-]*$/.test(body) ? body : undefined;
        });
  return {
    string: (name, seenFrom) => string(name, seenFrom, 0),
    text: (name, seenFrom) => text(name, seenFrom, 0),
  };
}

function definitionsOf(files: readonly SourceFile[], name: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const definition = new RegExp(
    `^[ \\t]*#[ \\t]*define[ \\t]+${escapeRegExp(name)}(?=[ \\t\\r\\n]|$)((?:\\\\\\r?\\n|[^\\n])*)`,
    'gm',
  );
  for (const file of files) {
    if (file.kind !== 'c' || !file.text.includes(name)) continue;
    const bodies = [...liveTextOf(file).matchAll(definition)].map(([, body = '']) =>
      body.replace(/\\\r?\n/g, ' ').trim(),
    );
    if (bodies.length > 0) found.set(file.path, bodies);
  }
  return found;
}

function unwrapped(body: string): string {
  return body.replace(/^\(([^()]*)\)$/s, '$1').trim();
}
