/** What the C files say of themselves: MODULE_LICENSE, _DESCRIPTION, _AUTHOR and _VERSION. */
import { argumentAt, liveTextOf, stringValue } from './c-text.ts';
import type { Fact } from './fact.ts';
import type { SourceFile } from './sources.ts';
import { stringMacros } from './string-macros.ts';
import { cleanLine, lineAt } from './text.ts';

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
      const value = stringValue(argument.text, {
        string: (name) => macros.string(name, file.path) ?? KERNEL_MACROS.get(name),
        text: (name) => macros.text(name, file.path),
      });
      const clean = cleanLine(value ?? '');
      if (clean === '') return [];
      const macro = match[1] as ModuleMacro;
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
