import { printable } from '../../report/printable.ts';

/** This file reads the output of make: which objects make compiles, and why make failed. */

/** kbuild's short form of a command (scripts/Kbuild.include, quiet_cmd), such as `  CC [M]  hello.o`. */
const QUIET = /^\s+(?:CC|CXX|AS|RUSTC)(?: \[\w+\])?\s+(\S+\.o)$/;
/** A whole command, as with V=1 and in makefiles that do not use kbuild. */
const WHOLE = /\s-c\s.*?-o (\S+\.o)(?:\s|$)|-o (\S+\.o)\s.*-c\s/;

/** The other steps of kbuild that take long: `  MODPOST Module.symvers`, `  LD [M]  hello.ko`, `  BTF [M] hello.ko`. */
const LATER = /^\s+(MODPOST|LD|BTF|LTO|OBJTOOL)(?: \[\w+\])?\s+(\S+)$/;

/**
 * Returns the step after compiling that a line of make's output reports, such as `LD hello.ko`. Undefined for other
 * lines.
 */
export function laterStep(line: string): string | undefined {
  const [, program, file] = LATER.exec(line) ?? [];
  return file && `${program} ${file}`;
}

/**
 * Returns the path of the object that is compiled, if a line of make's output reports this. Undefined for other lines.
 */
export function compiledObject(line: string): string | undefined {
  const [, quiet, before, after] = QUIET.exec(line) ?? WHOLE.exec(line) ?? [];
  return quiet ?? before ?? after;
}

/** Whether a line is an error of the compiler or of modpost, such as `hello.c:3:5: error: …`. */
export function isErrorLine(line: string): boolean {
  return /(?:^|[\s:])(?:(?:fatal )?error|ERROR): /.test(line) || /undefined!$/.test(line);
}

const PLACE = /^\S[^:]*:\d+(?::\d+)?: /;
/** Whether a line is an error of the compiler in a file. */
export function isCompilerError(line: string): boolean {
  return PLACE.test(line) && isErrorLine(line);
}

/**
 * Returns how many objects were compiled by the make that wrote the log. Returns undefined if the log names no object,
 * or if make did not come to its end: a rule failed, or no module was linked.
 */
export function compiledObjects(log: string): number | undefined {
  const lines = log.split('\n');
  if (lines.some((line) => FAILED_RULE.test(line)) || !/\.ko\s*$/m.test(log)) return undefined;
  return new Set(lines.flatMap((line) => compiledObject(line) ?? [])).size || undefined;
}

/** Lines with which gcc begins a message: where the file was included, and the function. */
const BEFORE = /^In file included from |^\s+from \S+:\d+|: (?:In function|At top level)\b/;
/** The lines of source code to which a message refers, in gcc's and clang's form. */
const CODE = /^\s*(?:\d+)?\s*\||^\s+[\^~]/;

/** Lines that say where make is and what it does, but not why it failed. */
const NOISE = [
  /^make(?:\[\d+\])?: (?:Entering|Leaving) directory /,
  /^make(?:\[\d+\])?: \*\*\* Waiting for unfinished jobs/,
  /^make(?:\[\d+\])?: Target .* not remade because of errors/,
  /^\s+[A-Z][A-Z_]*(?: \[\w+\])?\s+\S+$/,
  /^warning: the compiler differs from the one used to build the kernel$/,
  /^\s+(?:The kernel was built by|You are using): /,
  /^\s*$/,
];
/** A rule of make that failed. Each make that called the failing make repeats such a line. */
const FAILED_RULE = /^make(?:\[\d+\])?: \*\*\* \[/;

/**
 * The most errors of the compiler that are shown, and the most lines of each error. Only the number of the other errors
 * is shown.
 */
const MOST_ERRORS = 3;
const MOST_LINES = 8;
/** The most lines of the log's end that are shown after the errors of the compiler. */
const MOST_LAST = 3;

/**
 * Returns the lines that say why make failed: the first errors of the compiler with the source code to which they
 * refer, else the first errors of other programs, and the last lines. With make -j the cause is often far above the
 * end.
 */
export function errorsOf(output: string): string[] {
  // Some compilers colour their messages even in a log.
  const lines = printable(output)
    .split('\n')
    .map((line) => line.trimEnd());
  const errors = compilerErrors(lines);
  const said = withoutNoise(lines);
  if (errors.length > 0) {
    const left = errors.length - MOST_ERRORS;
    const more = left > 0 ? [`… and ${left} more ${left === 1 ? 'error' : 'errors'}`] : [];
    // An error may be expected, as in a test of what the kernel has. In this case the cause is at the end of the log.
    const end = said.slice(-MOST_LAST).filter((line) => !isOfCompiler(line));
    return [...errors.slice(0, MOST_ERRORS).flat(), ...more, ...end];
  }
  const last = said.slice(-12);
  const first = said.slice(0, -12).filter(isErrorLine);
  return [...first.slice(0, 4), ...last];
}

/** Returns the errors of a compiler, each with the lines that belong to it. The same error is returned once. */
function compilerErrors(lines: readonly string[]): string[][] {
  const found = new Map<string, string[]>();
  for (const [i, line] of lines.entries()) {
    if (!isCompilerError(line) || found.has(line)) continue;
    let start = i;
    while (BEFORE.test(lines[start - 1] ?? '')) start--;
    let end = i + 1;
    while (end < lines.length && CODE.test(lines[end] ?? '')) end++;
    const context = lines.slice(start, i).slice(-3);
    found.set(line, [...context, ...lines.slice(i, end)].slice(0, MOST_LINES));
  }
  return [...found.values()];
}

/** Whether a line is a message of the compiler, belongs to such a message, or is make's line about a failed rule. */
function isOfCompiler(line: string): boolean {
  const kinds = [PLACE, BEFORE, CODE, FAILED_RULE, /^compilation terminated\.$/];
  return kinds.some((kind) => kind.test(line));
}

function withoutNoise(lines: readonly string[]): string[] {
  const firstRule = lines.findIndex((line) => FAILED_RULE.test(line));
  const said = lines.filter(
    (line, i) =>
      !NOISE.some((noise) => noise.test(line)) && (i <= firstRule || !FAILED_RULE.test(line)),
  );
  return said.length > 0 ? said : lines.filter((line) => line !== '');
}
