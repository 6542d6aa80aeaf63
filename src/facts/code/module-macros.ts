/** Reads MODULE_LICENSE, _DESCRIPTION, _AUTHOR and _VERSION of C files, and module! of Rust files. */

import { cleanLine, lineAt } from '../plain-text.ts';
import type { SourceFile } from './c-sources.ts';
import { argumentAt, liveTextOf, stringValue } from './c-text.ts';
import type { ModuleMacro, ModuleStatement } from './module-statement.ts';
import { rustStatements } from './rust-modules.ts';
import { stringMacros } from './string-macros.ts';

/**
 * Matches files that may contain a MODULE_ macro. The expression begins with literal text, so that it takes little time
 * for other files.
 */
const HINT = /MODULE_(?:LICENSE|DESCRIPTION|AUTHOR|VERSION)[ \t\n\\]*\(/;

// Also matches ZFS_MODULE_LICENSE. ZFS has its own macro, because its code is also compiled outside of the kernel.
const STATEMENT = /\b(?:[A-Z]+_)?MODULE_(LICENSE|DESCRIPTION|AUTHOR|VERSION)[ \t\n\\]*\(/g;

/** Values of string macros that kernel headers define and that occur in descriptions. */
const KERNEL_MACROS: ReadonlyMap<string, string> = new Map([['DM_NAME', 'device-mapper']]);

/**
 * Returns the MODULE_ macros of all C files, and what module! of Rust files states, in the order of the files. String
 * macros in a value are replaced by their strings. If only the compiler knows a part of the value
 * (`__stringify(VERSION)` with a -D option), the MODULE_ macro is left out; of a MODULE_DESCRIPTION, the text before
 * this part is kept.
 */
export function readModuleMacros(files: readonly SourceFile[]): ModuleStatement[] {
  const macros = stringMacros(files);
  return files.flatMap((file) => {
    // Files without a MODULE_ macro are skipped here, because removing comments takes most of the time.
    if (file.kind === 'other') return rustStatements(file);
    if (file.kind !== 'c' || !HINT.test(file.text)) return [];
    const code = liveTextOf(file);
    return [...code.matchAll(STATEMENT)].flatMap((match) => {
      if (inDirective(code, match.index)) return [];
      const argument = argumentAt(code, match.index + match[0].length - 1);
      if (argument === undefined) return [];
      const macro = match[1] as ModuleMacro;
      const value = stringValue(argument.text, {
        string: (name) => macros.string(name, file.path) ?? KERNEL_MACROS.get(name),
        text: (name) => macros.text(name, file.path),
      });
      const said = macro === 'DESCRIPTION' ? withoutBuild(argument.text, value) : value;
      const clean = cleanLine(said ?? '');
      if (clean === '') return [];
      const line = lineAt(code, match.index);
      return [
        {
          macro,
          value: clean,
          file: file.path,
          line,
          from: `${file.path}:${line} MODULE_${macro}`,
        },
      ];
    });
  });
}

/** Matches the end of a text after which data about the build follows: a version, a commit, a date. */
const OF_BUILD =
  /[\s,;:([–-]*\b(?:built|build|compiled|version|ver|rev|revision|release|sha\d*|commit|git|date|from)\b[.]?(?:\s+[\w-]+){0,3}[\s:=#(]*$|[\s,(]+v$/i;
const UNFINISHED = /\b(?:an?|the|and|or|for|of|on|in|to|with|by|as|at|via)\s*$/i;

/**
 * Removes data about the build from a description: `"Toy driver, built from SHA: " BUILD_SHA` becomes "Toy driver".
 * `value` is undefined if only the compiler knows the value of a macro in the description; the text before that macro
 * is then returned.
 */
function withoutBuild(argument: string, value: string | undefined): string | undefined {
  const [literals = ''] = /^\s*(?:"(?:\\[\s\S]|[^"\\\n])*"\s*)+(?=[A-Za-z_])/.exec(argument) ?? [];
  const before = stringValue(literals, { string: () => undefined }) ?? '';
  const rest = before.replace(OF_BUILD, '');
  if (rest === before && value !== undefined) return value;
  return rest.trim() === '' || UNFINISHED.test(rest) ? value : rest.replace(/[\s,;:([–-]+$/, '');
}

/** Whether the text at `offset` is in a preprocessor line, such as `#define MODULE_VERSION(x) …`. */
function inDirective(code: string, offset: number): boolean {
  const before = code.slice(Math.max(0, offset - 1000), offset);
  return /^[ \t]*#/.test(before.slice(lineStart(before)));
}

/** Returns the offset at which the last line of `text` begins. Lines that a backslash joins are one line. */
function lineStart(text: string): number {
  let start = text.lastIndexOf('\n') + 1;
  while (start > 1 && text[start - 2] === '\\') start = text.lastIndexOf('\n', start - 2) + 1;
  return start;
}
