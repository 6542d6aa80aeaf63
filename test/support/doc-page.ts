import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from './project.ts';

/** Where the commands of a page are run. */
export interface Start {
  /**
   * `example NAME`: in a copy of examples/NAME. `trixie`: as root in a clean trixie. `mirror`: in a copy of
   * examples/hello there, and apt knows a mirror with trixie's kernels. `empty`: in an empty directory.
   */
  readonly place: 'example' | 'trixie' | 'mirror' | 'empty';
  readonly example?: string;
}

/** A fenced block of a page with commands for the reader. */
export interface DocBlock {
  /** `console`: lines `$ command` with their output. `sh`: only commands. */
  readonly kind: 'console' | 'sh';
  readonly line: number;
  readonly text: string;
  /** Why the test does not run it. */
  readonly notRun?: string;
}

export interface DocPage {
  readonly path: string;
  readonly start: Start | undefined;
  readonly blocks: readonly DocBlock[];
}

export interface ConsoleCommand {
  readonly command: string;
  readonly output: readonly string[];
}

const START =
  /^<!-- test: starts in (?:a copy of examples\/([\w-]+)|(a clean trixie)|(hello, in a clean trixie with a mirror)|(an empty directory)) -->$/;
const NOT_RUN = /^<!-- test: not run, (.+) -->$/;

/**
 * Reads a page of the project. Comments in the page control the test: `<!-- test: starts in … -->` once,
 * and `<!-- test: not run, REASON -->` before a block.
 */
export async function readDocPage(path: string): Promise<DocPage> {
  const lines = (await readFile(join(PROJECT, path), 'utf8')).split('\n');
  const blocks: DocBlock[] = [];
  let start: Start | undefined;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    start ??= startOf(line);
    const fence = /^(\s*)```(\S*)/.exec(line);
    if (fence === null) continue;
    const end = lines.findIndex((other, k) => k > i && other.trim() === '```');
    if (end < 0) throw new Error(`${path}:${i + 1}: the block does not end`);
    const [, indent = '', kind = ''] = fence;
    const text = lines.slice(i + 1, end).map((l) => l.slice(indent.length));
    if (kind === 'console' || kind === 'sh') {
      const before = NOT_RUN.exec(lines[i - 1]?.trim() ?? '')?.[1];
      blocks.push({
        kind,
        line: i + 1,
        text: text.join('\n'),
        ...(before === undefined ? {} : { notRun: before }),
      });
    }
    i = end;
  }
  return { path, start, blocks };
}

function startOf(line: string): Start | undefined {
  const [, example, trixie, mirror, empty] = START.exec(line) ?? [];
  if (example !== undefined) return { place: 'example', example };
  if (trixie !== undefined) return { place: 'trixie' };
  if (mirror !== undefined) return { place: 'mirror' };
  return empty === undefined ? undefined : { place: 'empty' };
}

/**
 * Returns the commands of a console block, each with its output. A line with `> ` continues the `$ ` line
 * before it.
 */
export function consoleCommands(text: string): ConsoleCommand[] {
  const commands: { command: string; output: string[] }[] = [];
  for (const line of text.split('\n')) {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), output: [] });
    else if (last === undefined) throw new Error(`output before the first command: ${line}`);
    else if (/^> ?/.test(line) && last.output.length === 0)
      last.command += `\n${line.replace(/^> ?/, '')}`;
    else last.output.push(line);
  }
  return commands;
}

/**
 * Compares an output with the one that the page shows. `…` matches any text in a line, and a line `...`
 * any number of lines. Returns the first expected line that is missing, or undefined if none is.
 */
export function missingLine(
  expected: readonly string[],
  printed: readonly string[],
): string | undefined {
  const wanted = expected.map((line) => line.trimEnd()).filter((line) => line !== '');
  const lines = printed.map((line) => line.trimEnd()).filter((line) => line !== '');
  let at = 0;
  let gap = false;
  for (const line of wanted) {
    if (line === '...') {
      gap = true;
      continue;
    }
    const pattern = new RegExp(`^${line.split('…').map(literal).join('.*')}$`);
    const found = gap ? lines.findIndex((l, k) => k >= at && pattern.test(l)) : at;
    if (found < 0 || !pattern.test(lines[found] ?? '')) return line;
    at = found + 1;
    gap = false;
  }
  return gap || at === lines.length ? undefined : `(nothing, but there is: ${lines[at]})`;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
