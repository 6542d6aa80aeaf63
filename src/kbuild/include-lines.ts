/** An `#include` line in a C or assembler source. */
export interface IncludeLine {
  readonly name: string;
  readonly line: number;
  /**
   * Whether every build of a module compiles the #include: it is outside of all conditions except an include guard and
   * conditions that are always true.
   */
  readonly always: boolean;
}

/**
 * Matches macros that are defined in every build of a module (Makefile: -D__KERNEL__ -DMODULE; scripts/Makefile.lib:
 * KBUILD_MODNAME), and __GNUC__, which gcc and clang define.
 */
const DEFINED = /^(?:__KERNEL__|MODULE|__GNUC__|KBUILD_MODNAME)$/;

/**
 * Whether the current branch of a condition is compiled. `done`: an earlier branch is compiled, so this branch and all
 * later branches are not.
 */
type Branch = 'yes' | 'no' | 'done' | 'unknown';

/** Returns the #include lines of a text. Lines in branches that are never compiled for a module are left out. */
export function includeLines(text: string): IncludeLine[] {
  if (!text.includes('include')) return [];
  const found: IncludeLine[] = [];
  const branches: Branch[] = [];
  const lines = withoutComments(text).split('\n');
  const guard = guardOf(lines);
  for (const [i, line] of lines.entries()) {
    const directive = /^\s*#\s*(\w+)\s*(.*)$/.exec(line);
    if (directive === null) continue;
    const [, word = '', rest = ''] = directive;
    if (word === 'include') {
      const name = /^(?:"([^"\n]+)"|<([^>\n]+)>)/.exec(rest);
      if (name === null || branches.some((one) => one === 'no' || one === 'done')) continue;
      const always = !branches.includes('unknown');
      found.push({ name: name[1] ?? name[2] ?? '', line: i + 1, always });
    } else if (/^if(?:n?def)?$/.test(word)) {
      branches.push(i === guard ? 'yes' : decide(word, rest.trim()));
    } else if (word === 'else' || word.startsWith('elif')) {
      const last = branches.pop();
      if (last !== undefined) branches.push(otherBranch(last, word));
    } else if (word === 'endif') branches.pop();
  }
  return found;
}

function decide(word: string, rest: string): Branch {
  if (word === 'if') {
    if (/^0\b/.test(rest)) return 'no';
    if (/^1$/.test(rest)) return 'yes';
    const single = /^(!?)\s*defined\s*\(?\s*(\w+)\s*\)?$/.exec(rest);
    if (single === null) return 'unknown';
    return decide(single[1] === '' ? 'ifdef' : 'ifndef', single[2] ?? '');
  }
  const defined = DEFINED.test(rest);
  if (!defined && rest !== '__cplusplus') return 'unknown';
  return defined === (word === 'ifdef') ? 'yes' : 'no';
}

function otherBranch(last: Branch, word: string): Branch {
  if (last === 'yes' || last === 'done') return 'done';
  return last === 'no' && word === 'else' ? 'yes' : 'unknown';
}

/**
 * Returns the index of the line at which the include guard of a header begins: `#ifndef X`, followed by `#define X`.
 * Returns undefined if there is no guard.
 */
function guardOf(lines: readonly string[]): number | undefined {
  const first = lines.findIndex((line) => line.trim() !== '' && !/^\s*#\s*pragma/.test(line));
  const name = /^\s*#\s*if(?:ndef\s+|\s*!\s*defined\s*\(?\s*)(\w+)/.exec(lines[first] ?? '')?.[1];
  if (name === undefined) return undefined;
  const next = lines.slice(first + 1).find((line) => line.trim() !== '');
  return new RegExp(`^\\s*#\\s*define\\s+${name}\\b`).test(next ?? '') ? first : undefined;
}

/** Replaces comments by spaces. The lines keep their numbers. */
function withoutComments(text: string): string {
  return text
    .replaceAll('\r', '')
    .replace(/\\\n/g, ' \n')
    .replace(
      /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/g,
      (piece) => (piece.startsWith('/') ? piece.replace(/[^\n]/g, ' ') : piece),
    );
}
