import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installedKernels } from '../../support/kernels.ts';
import { Seeded } from '../../support/seeded.ts';
import type { HostileInput, HostilePart, Judged } from '../part.ts';
import { leftProcesses } from '../watch/left-processes.ts';
import { watched } from '../watch/watched.ts';
import { type Before, faults, type Places } from './judge.ts';
import type { ConfLie } from './lie.ts';
import { CONTROL_LIES } from './lies-control.ts';
import { commitTree, GIT_LIES } from './lies-git.ts';
import { LIST_LIES } from './lies-lists.ts';
import { MAKE_LIES } from './lies-make.ts';
import { NAME_LIES } from './lies-names.ts';
import { SCRIPT_LIES } from './lies-script.ts';
import { SPECIAL_LIES } from './lies-special.ts';
import { snapshot } from './snapshot.ts';
import { goodTree, type HostileTree, layOut } from './tree.ts';

/** All that is tried; neighbours are of different groups, so that a tenth has something of each. */
export const CONF_LIES: readonly ConfLie[] = shuffled([
  ...[...SPECIAL_LIES, ...SCRIPT_LIES, ...NAME_LIES, ...GIT_LIES],
  ...[...MAKE_LIES, ...CONTROL_LIES, ...LIST_LIES],
]);

export const COMMANDS = ['info', 'init', 'build', 'lint', 'bmdeb', 'rpm'] as const;

/** The part `confs` of `npm run hostile`: hostile trees, dkms.conf and debian/ for each command. */
export const CONFS_PART: HostilePart = {
  count: 1500,
  mostSeconds: 150,
  mostMib: 900,
  input: (seed, index, scratch) => hostileTree(seed, index, scratch),
};

/** The tree number `index` of a seed and the command that gets it, ready to be run. */
export async function hostileTree(
  seed: number,
  index: number,
  scratch: string,
): Promise<HostileInput> {
  const lie = CONF_LIES[index % CONF_LIES.length] as ConfLie;
  const round = Math.floor(index / CONF_LIES.length);
  const turn = COMMANDS[(index + round + seed) % COMMANDS.length] as (typeof COMMANDS)[number];
  const isCompiled = turn === 'bmdeb' && !lie.endlessMake && (await installedKernels()).length > 0;
  const command = turn !== 'bmdeb' || isCompiled ? turn : 'build';
  return inputOf(lie, command, new Seeded(seed * 1_000_003 + index), scratch);
}

/** One lie for one command. */
export function inputOf(
  lie: ConfLie,
  command: string,
  random: Seeded,
  scratch: string,
): HostileInput {
  const kind = `${lie.kind} (${command})`;
  const outsideDirectory = join(scratch, 'run', 'outside');
  // Longer than anybody sleeps, and nobody else's.
  const mark = `${80 + random.below(20)}.${String(random.below(1e9)).padStart(9, '0')}${process.pid}`;
  const tree = goodTree({ outsideDirectory, mark, withDebian: lie.withDebian });
  lie.tell(tree, random);
  return { kind, judge: () => judge(kind, command, { lie, tree, scratch }) };
}

async function judge(
  kind: string,
  command: string,
  about: { lie: ConfLie; tree: HostileTree; scratch: string },
): Promise<Judged> {
  const { found, ran } = await once(command, about);
  const [worst = ''] = found;
  const outcome = worst === '' ? 'agree' : (worst.split(':')[0] ?? '');
  const { seconds, mib } = ran;
  return { kind, outcome, detail: found.join(' ~ '), seconds, mib };
}

async function once(command: string, about: { lie: ConfLie; tree: HostileTree; scratch: string }) {
  const { lie, tree, scratch } = about;
  const place = join(scratch, 'run');
  rmSync(place, { recursive: true, force: true });
  const places: Places = {
    tree: join(place, 'tree'),
    outside: tree.outsideDirectory,
    temporary: join(place, 'tmp'),
    results: join(place, 'results'),
  };
  for (const path of [places.tree, places.temporary, places.results, join(place, 'home')]) {
    mkdirSync(path, { recursive: true });
  }
  layOutTree(places.tree, tree);
  layOut(places.outside, tree.outside);
  const before: Before = { tree: snapshot(places.tree), outside: snapshot(places.outside) };
  const args = await argumentsOf(command, places);
  const ran = await watched([process.execPath, program(), ...args], {
    cwd: places.tree,
    env: environment(places, place, tree.env),
  });
  const left = await leftProcesses(scratch, [tree.mark]);
  const told = lie.toldBy?.[command];
  // bmdeb runs the makefiles and dkms.conf of the tree, which may run anything else (SECURITY.md).
  const mayRun = command === 'bmdeb' || (lie.mayRun?.includes(command) ?? false);
  const found = await faults(command, ran, { places, before, told, left, mayRun });
  return { found, ran };
}

async function argumentsOf(command: string, { results }: Places): Promise<string[]> {
  if (command === 'build') return ['build', '-o', results];
  if (command === 'rpm') return ['rpm', '-F', '-o', results];
  if (command !== 'bmdeb') return [command];
  const [kernel = ''] = await installedKernels();
  return ['bmdeb', '-k', kernel, '-o', results];
}

/** HOSTILE_DKMS_DEB: another one, for figures of before. */
function program(): string {
  return process.env.HOSTILE_DKMS_DEB ?? join(process.cwd(), 'bin/dkms-deb');
}

function environment(places: Places, place: string, more: Readonly<Record<string, string>>) {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: join(place, 'home'),
    TMPDIR: places.temporary,
    XDG_CACHE_HOME: join(place, 'home'),
    LC_ALL: 'C.UTF-8',
    SOURCE_DATE_EPOCH: '1767225600',
    DEBFULLNAME: 'Ann Author',
    DEBEMAIL: 'ann@example.org',
    ...more,
  };
}

/** A tree with something in .git becomes a repository first: then that lies over git's own. */
function layOutTree(directory: string, { files }: HostileTree): void {
  const inGit = [...files].filter(([path]) => /^\.git(?:\/|$)/.test(path));
  if (inGit.length === 0) {
    layOut(directory, files);
    return;
  }
  const late = new Set([...inGit.map(([path]) => path), '.gitattributes', '.gitignore']);
  layOut(directory, new Map([...files].filter(([path]) => !late.has(path))));
  commitTree(directory);
  for (const [path] of inGit) rmSync(join(directory, path), { recursive: true, force: true });
  layOut(directory, new Map([...files].filter(([path]) => late.has(path))));
}

function shuffled<T>(list: readonly T[]): T[] {
  const random = new Seeded(1);
  const rest = [...list];
  for (let i = rest.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [rest[i], rest[j]] = [rest[j] as T, rest[i] as T];
  }
  return rest;
}
