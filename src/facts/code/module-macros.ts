/** What the C files say of themselves: MODULE_LICENSE, _DESCRIPTION, _AUTHOR and _VERSION. */

import type { Fact } from '../fact.ts';
import { cleanLine, lineAt } from '../plain-text.ts';
import type { SourceFile } from './c-sources.ts';
import { argumentAt, liveTextOf, stringValue } from './c-text.ts';
import { stringMacros } from './string-macros.ts';

export type ModuleMacro = 'LICENSE' | 'DESCRIPTION' | 'AUTHOR' | 'VERSION';

/** One statement; `value` is one clean line, never empty. */
export interface ModuleStatement extends Fact<string> {
  readonly macro: ModuleMacro;
  readonly file: string;
  readonly line: number;
}

/** Begins with a literal, so that a file without any costs next to nothing. */
const HINT = /MODULE_(?:LICENSE|DESCRIPTION|AUTHOR|VERSION)[ \t\n\\]*\(/;

// The prefix: ZFS writes ZFS_MODULE_LICENSE, since its code is compiled elsewhere, too.
const STATEMENT = /\b(?:[A-Z]+_)?MODULE_(LICENSE|DESCRIPTION|AUTHOR|VERSION)[ \t\n\\]*\(/g;

/** String macros of the kernel's own headers that descriptions are made of. */
const KERNEL_MACROS: ReadonlyMap<string, string> = new Map([['DM_NAME', 'device-mapper']]);

/**
 * All statements, in the order of the files. String macros of the tree are resolved; a statement
 * whose value only the compiler can know (`__stringify(VERSION)` of a -D option) is left out.
 */
export function readModuleMacros(files: readonly SourceFile[]): ModuleStatement[] {
  const macros = stringMacros(files);
  return files.flatMap((file) => {
    // Before comments are taken out, which costs most: few files state anything.
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

/** What is told of one build: a version, a commit, a date; the macro behind it tells which. */
const OF_BUILD =
  /[\s,;:([–-]*\b(?:built|build|compiled|version|ver|rev|revision|release|sha\d*|commit|git|date|from)\b[.]?(?:\s+[\w-]+){0,3}[\s:=#(]*$|[\s,(]+v$/i;
const UNFINISHED = /\b(?:an?|the|and|or|for|of|on|in|to|with|by|as|at|via)\s*$/i;

/**
 * A description without what of it a macro tells about the build (`"Toy driver, built from SHA: " BUILD_SHA`), and
 * what stands before a macro that only the compiler knows.
 */
function withoutBuild(argument: string, value: string | undefined): string | undefined {
  const [literals = ''] = /^\s*(?:"(?:\\[\s\S]|[^"\\\n])*"\s*)+(?=[A-Za-z_])/.exec(argument) ?? [];
  const before = stringValue(literals, { string: () => undefined }) ?? '';
  const rest = before.replace(OF_BUILD, '');
  if (rest === before && value !== undefined) return value;
  return rest.trim() === '' || UNFINISHED.test(rest) ? value : rest.replace(/[\s,;:([–-]+$/, '');
}

/** `#define MODULE_VERSION(x) …` states nothing, nor does a line that such a define goes on to. */
function inDirective(code: string, offset: number): boolean {
  const before = code.slice(Math.max(0, offset - 1000), offset);
  return /^[ \t]*#/.test(before.slice(lineStart(before)));
}

/** Where the line begins that the end of `text` is in, lines joined by a backslash being one. */
function lineStart(text: string): number {
  let start = text.lastIndexOf('\n') + 1;
  while (start > 1 && text[start - 2] === '\\') start = text.lastIndexOf('\n', start - 2) + 1;
  return start;
}
