import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { GOAL, type Watched } from '../watch/watched.ts';
import { rawCharacter } from './characters.ts';
import { dpkgDeb, refusals } from './refusals.ts';
import { changes, snapshot } from './snapshot.ts';
import { CANARY } from './tree.ts';

/** The places of one run. */
export interface Places {
  readonly tree: string;
  readonly outside: string;
  readonly temporary: string;
  readonly results: string;
}

export interface Before {
  readonly tree: ReadonlyMap<string, string>;
  readonly outside: ReadonlyMap<string, string>;
}

const MOST_PROCESSES = 700;

/** What is bad in what a command did: `kind: detail`, the worst first. */
export async function faults(
  command: string,
  ran: Watched,
  about: {
    places: Places;
    before: Before;
    told: string | undefined;
    left: readonly string[];
    mayRun: boolean;
  },
): Promise<string[]> {
  const { places, before } = about;
  const said = Buffer.concat([ran.stdout, ran.stderr]);
  const found: string[] = [];
  const fault = (kind: string, detail: string) => found.push(`${kind}: ${detail}`);
  const isEnded = ran.stopped === undefined;
  if (isEnded && (ran.status === null || ran.status === 70 || ran.status > 128)) {
    fault('crash', `${ran.status ?? ran.signal} ${said.toString().slice(-300)}`);
  }
  if (ran.mib > GOAL.mib) fault('memory', `${ran.mib} MiB`);
  const time = `${ran.seconds.toFixed(1)} s`;
  if (!isEnded) fault('hang', `${time}, stopped: ${ran.stopped}`);
  // A compilation takes what it takes.
  else if (ran.seconds > GOAL.seconds && !said.includes(': compiling ')) fault('slow', time);
  if (ran.processes > MOST_PROCESSES) fault('processes', `${ran.processes} at once`);
  if (about.left.length > 0) fault('left process', about.left.join('; '));
  const temporary = readdirSync(places.temporary);
  if (temporary.length > 0 && isEnded) fault('left directory', temporary.join(' '));
  const outside = changes(before.outside, snapshot(places.outside));
  if (outside.includes('ran') && !about.mayRun) {
    fault('ran', readFileSync(join(places.outside, 'ran'), 'utf8').slice(0, 200));
  } else if (outside.some((path) => path !== 'ran')) fault('changed outside', outside.join(' '));
  const after = snapshot(places.tree);
  const changed = changes(before.tree, after).filter(
    (path) => !(command === 'init' && (path === 'debian' || path.startsWith('debian/'))),
  );
  if (changed.length > 0) fault('changed tree', changed.slice(0, 5).join(' '));
  if (said.includes(CANARY)) fault('read outside', lineWith(said, CANARY));
  const raw = rawCharacter(said);
  if (raw !== undefined) fault('raw character', raw);
  if (ran.status !== 0 && ran.stderr.length === 0 && isEnded) fault('no verdict', 'not a word');
  if (ran.status === 0) {
    const text = about.told;
    const isTold = text === undefined || said.includes(text);
    if (ran.stdout.length === 0 && said.length === 0) fault('no verdict', 'status 0, not a word');
    if (!isTold) fault('silent', `nothing is said of ${text}`);
    if (command === 'init') await judgeWritten(places, before, fault);
    if (command === 'build' || command === 'bmdeb') await judgePackages(places, ran, fault);
    if (command === 'rpm') await judgeRpms(places, ran, fault);
  }
  return found;
}

type Fault = (kind: string, detail: string) => void;

/** What init wrote has no raw character, and nothing from outside. */
async function judgeWritten({ tree }: Places, before: Before, fault: Fault): Promise<void> {
  const after = snapshot(tree);
  if (!existsSync(join(tree, 'debian/control'))) fault('no verdict', 'no debian/control');
  for (const path of changes(before.tree, after)) {
    const file = join(tree, path);
    if (!after.get(path)?.startsWith('100')) continue;
    const bytes = readFileSync(file);
    if (bytes.includes(CANARY)) fault('read outside', path);
    // That is the tree's own dkms.conf, byte for byte.
    const raw = path.endsWith('.dkms') ? undefined : rawCharacter(bytes);
    if (raw !== undefined) fault('raw character', `${path} ${raw}`);
  }
}

/** What build made is taken by dpkg and says nothing that a terminal obeys. */
async function judgePackages(places: Places, ran: Watched, fault: Fault): Promise<void> {
  const files = readdirSync(places.results);
  const debs = files.filter((name) => name.endsWith('.deb'));
  if (debs.length === 0 && !files.some((name) => name.endsWith('.dsc'))) {
    fault('no verdict', `status 0, no package: ${ran.stdout.toString().slice(0, 100)}`);
  }
  for (const name of files.filter((file) => /\.(?:dsc|changes|buildinfo)$/.test(file))) {
    const raw = rawCharacter(readFileSync(join(places.results, name)));
    if (raw !== undefined) fault('raw character', `${name} ${raw}`);
  }
  for (const name of debs) {
    const deb = join(places.results, name);
    for (const refusal of await refusals(deb, join(places.results, '../dpkg'))) {
      fault('dpkg refuses', refusal);
    }
    const raw = rawCharacter((await dpkgDeb('-f', deb)).bytes);
    if (raw !== undefined) fault('raw character', `control ${raw}`);
    if ((await dpkgDeb('--fsys-tarfile', deb)).bytes.includes(CANARY)) fault('read outside', name);
  }
}

/** What rpm made can be read by rpm, and says nothing that a terminal obeys. */
async function judgeRpms({ results }: Places, ran: Watched, fault: Fault): Promise<void> {
  const files = readdirSync(results).filter((name) => name.endsWith('.rpm'));
  if (files.length < 2) {
    fault('no verdict', `status 0, no package: ${ran.stdout.toString().slice(0, 100)}`);
  }
  for (const name of files) {
    const file = join(results, name);
    const facts = await run('rpm', ['-qip', '--nosignature', '--changelog', '--scripts', file], {
      accept: ANY_STATUS,
    });
    if (facts.exitStatus !== 0) fault('rpm refuses', `${name} ${facts.output.slice(-200)}`);
    const raw = rawCharacter(facts.bytes);
    if (raw !== undefined) fault('raw character', `${name} ${raw}`);
    const contents = await run('sh', ['-c', 'rpm2archive -n - <"$0"', file], {
      accept: ANY_STATUS,
      maximumOutput: 512 * 1024 * 1024,
    });
    if (contents.bytes.includes(CANARY)) fault('read outside', name);
  }
}

function lineWith(bytes: Buffer, text: string): string {
  const line = bytes
    .toString('utf8')
    .split('\n')
    .find((one) => one.includes(text));
  return (line ?? '').slice(0, 200);
}
