import { isUtf8 } from 'node:buffer';
import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { rawCharacter } from '../confs/characters.ts';
import { GOAL, type Watched } from '../watch/watched.ts';
import type { HostileTree } from './hostile-tree.ts';
import type { OnDisk } from './on-disk.ts';

/** What is bad, in a word, and what shows it. */
export class Bad extends Error {
  readonly outcome: string;

  constructor(outcome: string, detail: string) {
    super(detail);
    this.outcome = outcome;
  }
}

/** Throws Bad for what no command may do, whatever it is given. */
export function judgeRun(command: string, run: Watched, tree: HostileTree): void {
  const { status, signal, stopped, mib, seconds } = run;
  const said = textOf(command, run);
  const last = said.trim().split('\n').slice(-3).join(' ');
  const time = `${command}: ${seconds.toFixed(1)} s`;
  if (stopped !== undefined) throw new Bad('hang', `${time}, stopped: ${stopped}: ${last}`);
  if (signal !== null || status === 70)
    throw new Bad('crash', `${command}: ${signal ?? status}: ${last}`);
  if (mib > GOAL.mib) throw new Bad('memory', `${command}: ${mib} MiB`);
  if (seconds > GOAL.seconds) throw new Bad('slow', `${time}: ${last}`);
  if (said.trim() === '') throw new Bad('silent', `${command}: status ${status}`);
  if (status !== 0 && !/error|warning/.test(said))
    throw new Bad('silent', `${command}: status ${status}: ${last}`);
  // make's own words, and its log.
  const isMakes = command === 'bmdeb' && status === 10;
  if (
    status !== 0 &&
    !isMakes &&
    tree.culprits.length > 0 &&
    !tree.culprits.some((name) => said.includes(name)) &&
    // A missing file is named as #include names it.
    !tree.culprits.some((name) => said.includes(`${basename(name)}, which is missing`)) &&
    !tree.culprits.some((name) => said.includes(`the source has no ${basename(name)}`))
  ) {
    throw new Bad(
      'unnamed',
      `${command}: status ${status}, not named ${JSON.stringify(tree.culprits)}: ${last}`,
    );
  }
  const trap = tree.traps.find((file) => existsSync(file));
  if (trap !== undefined) throw new Bad('ran', `${command} ran what the tree's git names`);
}

/** Both outputs as text; Bad where a terminal would obey them. */
function textOf(command: string, { stdout, stderr }: Watched): string {
  for (const bytes of [stdout, stderr]) {
    const raw = isUtf8(bytes) ? rawCharacter(bytes) : 'not UTF-8';
    if (raw !== undefined)
      throw new Bad('raw bytes', `${command}: ${raw}: ${bytes.toString('latin1').slice(0, 200)}`);
  }
  return `${stdout}\n${stderr}`;
}

/** Bad for what a command leaves behind. */
export function judgeLeftovers(command: string, directories: readonly string[]): void {
  for (const directory of directories) {
    const [left] = existsSync(directory) ? readdirSync(directory) : [];
    if (left !== undefined)
      throw new Bad('left something', `${command}: ${directory.split('/').at(-1)}/${left}`);
  }
}

/** Bad where a command has written to the tree, but for `mine`. */
export function judgeUnchanged(
  command: string,
  before: ReadonlyMap<string, OnDisk>,
  after: ReadonlyMap<string, OnDisk>,
  mine: RegExp = /^$(?!)/,
): void {
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    if (mine.test(path)) continue;
    const [old, now] = [before.get(path), after.get(path)].map((object) => JSON.stringify(object));
    if (old !== now)
      throw new Bad('tree changed', `${command}: ${JSON.stringify(path)}: ${old} now ${now}`);
  }
}
