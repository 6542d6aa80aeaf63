import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plan } from '../../src/fleet/plan/plan-document.ts';
import { PROJECT } from '../../test/support/project.ts';
import { dkmsDeb, type Measured, printRow, scratch, time, wanted } from './measure.ts';

const ALL = '`bmdeb` of hello for all amd64 kernels of trixie and trixie-security';
const FLEET = 'fleet of three Debian drivers and the kernels of trixie';
const WORKERS = '`run` by one worker / by two, each with one processor';

const place = join(scratch, 'fleet');
const store = join(place, 'headers');
const cacheHome = join(place, 'cache');

function own(...args: string[]): Measured {
  // A runner starts `dkms-deb`, which is searched in PATH.
  const env = [`XDG_CACHE_HOME=${cacheHome}`, `PATH=${dirname(dkmsDeb)}:${process.env.PATH}`];
  return time(['env', ...env, dkmsDeb, ...args], place);
}

function remove(...places: string[]): void {
  for (const one of places) rmSync(one, { recursive: true, force: true });
}

/** Prints the cost of a command that is not compared with another command. */
function printAlone(name: string, bound: string, { seconds, cpu, megabytes }: Measured): void {
  const memory = String(Math.round(megabytes));
  printRow([
    `${name} (${cpu.toFixed(1)} s of CPU)`,
    seconds.toFixed(1),
    '',
    '',
    '',
    bound,
    memory,
    '1',
  ]);
}

/** Measures what a fleet costs with the kernels of Debian's archive, which are fetched: about 1 GB. */
export function fleet(): void {
  if (![ALL, FLEET, WORKERS].some(wanted)) return;
  mkdirSync(place, { recursive: true });
  if (wanted(ALL)) allKernels();
  if (wanted(FLEET) || wanted(WORKERS)) threeDrivers();
}

function allKernels(): void {
  const suites = ['--suite', 'trixie', '--suite', 'trixie-security', '--arch', 'amd64'];
  const hello = join(PROJECT, 'examples/hello');
  const build = () => own('bmdeb', '-q', '--all', ...suites, '--store', store, '-o', 'out', hello);
  printAlone(`${ALL}, from nothing`, '180 s', build());
  printAlone(`${ALL}, nothing changed`, '10 s', build());
}

/** Measures a fleet: three drivers from packages of the archive, for all kernels of a suite, with a repository. */
function threeDrivers(): void {
  const gpg = ['--homedir', join(place, 'gnupg'), '--batch', '--quiet', '--passphrase', ''];
  mkdirSync(join(place, 'gnupg'), { mode: 0o700 });
  execFileSync('gpg', [...gpg, '--quick-generate-key', 'bench', 'ed25519', 'sign', 'never']);
  execFileSync('gpg', [...gpg, '--output', join(place, 'key'), '--export-secret-keys']);
  execFileSync('gpgconf', ['--homedir', join(place, 'gnupg'), '--kill', 'all']);
  remove(store, join(cacheHome, 'dkms-deb/modules'));
  const at = ['--store', store];
  if (wanted(FLEET)) wholeFleet(at);
  if (wanted(WORKERS)) twoWorkers(at);
}

/** Writes the description of a fleet with these drivers, for tasks of about `minutes` minutes. */
function writeFleet(drivers: string, minutes: number): void {
  const lines = [
    `drivers: [${drivers}]`,
    'suites: [trixie]',
    'architectures: [amd64]',
    'meta: lockstep',
    `task-minutes: ${minutes}`,
    'repository: {path: site, keys: [key], origin: Bench}',
  ];
  writeFileSync(join(place, 'dkms-deb.yaml'), `${lines.join('\n')}\n`);
}

function wholeFleet(at: readonly string[]): void {
  writeFleet('v4l2loopback-dkms, acpi-call-dkms, openvpn-dco-dkms', 2);
  const first = own('plan', '-q', ...at);
  const { tasks, kernels } = JSON.parse(readFileSync(join(place, 'plan.json'), 'utf8')) as Plan;
  const name = `${FLEET}, ${kernels.length} kernels, ${tasks.length} tasks`;
  const cold = own('run', '-q', ...at);
  printAlone(`${name}: \`plan\``, '', first);
  printAlone(`${name}: \`run\` from nothing`, '', cold);
  printAlone(`${name}: \`publish\``, '', own('publish', '-q', 'results'));
  printAlone(
    `${name}: \`plan --only-missing\` again`,
    '',
    own('plan', '-q', '--only-missing', ...at),
  );
  printAlone(`${name}: \`status\``, '', own('status', '-q', '--repo', 'site', '--key', 'key'));
  own('plan', '-q', ...at);
  remove(join(place, 'results'));
  printAlone(`${name}: \`run\`, modules in the cache`, '', own('run', '-q', ...at));
}

/**
 * Measures two workers. The headers and the compiler are unpacked before, so that only the work of the tasks counts.
 */
function twoWorkers(at: readonly string[]): void {
  const work = (workers: number) => {
    remove(join(place, 'results'), join(cacheHome, 'dkms-deb/modules'));
    // Each worker has one processor, as jobs of a cluster have.
    const runner = `sh -c 'exec "$@" --jobs 1' worker`;
    return own('run', '-q', ...at, '--runner', runner, '--jobs', String(workers));
  };
  writeFleet('v4l2loopback-dkms, acpi-call-dkms, openvpn-dco-dkms', 1);
  own('plan', '-q', ...at);
  const { tasks } = JSON.parse(readFileSync(join(place, 'plan.json'), 'utf8')) as Plan;
  if (tasks.length < 2) throw new Error('two workers need two tasks');
  // The first run fetches headers and compiler, so that no later run fetches them.
  work(2);
  const [one, two] = [work(1), work(2)];
  printRow([
    WORKERS,
    two.seconds.toFixed(1),
    one.seconds.toFixed(1),
    (one.seconds / two.seconds).toFixed(2),
    (one.cpu / two.cpu).toFixed(2),
    'at least 1.8',
    String(Math.round(two.megabytes)),
    '1',
  ]);
}
