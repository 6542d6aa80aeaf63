import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostArchitecture } from '../../src/kernel/headers.ts';
import { relocateHeaders } from '../../src/kernel/relocate-headers.ts';
import { headersOf } from '../../src/kernel/select.ts';
import { selectArchiveKernels } from '../../src/pipelines/archive-kernels/select-archive-kernels.ts';
import { silentReporter } from '../../src/report/reporter.ts';
import { PROJECT } from '../../test/support/project.ts';
import {
  compare,
  dkmsDeb,
  env,
  printRow,
  ROUNDS,
  scratch,
  time,
  timeExactly,
  wanted,
} from './measure.ts';

/** The options for the kernels: the newest four of each flavour of these suites, twelve in all. */
const WISH = ['--suite', 'trixie', '--suite', 'trixie-security', '--latest', '4'];
const store = join(scratch, 'archives/headers');
const cacheHome = join(scratch, 'archives/cache');
const source = join(PROJECT, 'examples/hello');

interface Listed {
  readonly release: string;
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
  }[];
}

/** Runs dkms-deb with a cache of its own, so that the lists stay fresh when other rows empty their caches. */
function own(...args: string[]): string[] {
  return ['env', `XDG_CACHE_HOME=${cacheHome}`, dkmsDeb, ...args];
}

function bmdeb(...more: string[]): string[] {
  const place = more.includes('--store') ? [] : ['--store', store];
  return own('bmdeb', '-q', ...WISH, ...place, '-o', join(scratch, 'out'), ...more, source);
}

function remove(...places: string[]): void {
  for (const place of places) rmSync(place, { recursive: true, force: true });
}

/**
 * Compares bmdeb for twelve kernels of an archive with the work by hand: twelve calls of make, two at a time, with the
 * compiler that dkms-deb has unpacked. In the row "from nothing", the work by hand also includes that apt downloads the
 * same packages, and that each package is unpacked once.
 */
export async function archives(): Promise<void> {
  const names = [
    `\`bmdeb\` for 12 trixie kernels, warm store / 12 bare \`make\`, two at a time`,
    `\`bmdeb\` for 12 trixie kernels from nothing / apt download, unpacking, the makes`,
    `\`bmdeb\` for 12 trixie kernels, second run without changes / first run from nothing`,
    `\`kernels\` with fresh lists`,
    `disk of the store`,
  ] as const;
  if (!names.some(wanted)) return;
  execFileSync('env', bmdeb().slice(1), { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const kernels = listed();
  // The rows from nothing use another store, because the makes need this one.
  const makes = await makesOf(join(scratch, 'archives/wrappers'));
  const [download, unpack] = [downloadOf(kernels), unpackDebs()];
  const modules = join(cacheHome, 'dkms-deb/modules');
  const other = join(scratch, 'archives/other-headers');
  compare(
    names[0],
    '1.25',
    () => timeExactly(bmdeb('--no-cache')),
    () => timeExactly(makes),
    3,
  );
  const nothing = () => {
    remove(other, modules);
    return timeExactly(bmdeb('--store', other));
  };
  const byHand = () => sum([download, unpack, makes].map((command) => timeExactly(command)));
  compare(names[1], '1.25', nothing, byHand, Math.min(ROUNDS, 2));
  compare(
    names[2],
    '0.05',
    () => timeExactly(bmdeb('--store', other)),
    nothing,
    Math.min(ROUNDS, 2),
  );
  if (wanted(names[3])) {
    const { seconds, megabytes } = time(own('kernels', ...WISH, '--store', store));
    printRow([
      names[3],
      seconds.toFixed(2),
      '',
      '',
      '',
      '1.5 s',
      String(Math.round(megabytes)),
      '1',
    ]);
  }
  if (wanted(names[4])) printDisk(kernels.length);
}

function sum(all: readonly ReturnType<typeof time>[]): ReturnType<typeof time> {
  const total = (pick: (one: ReturnType<typeof time>) => number) =>
    all.reduce((value, one) => value + pick(one), 0);
  return { seconds: total((one) => one.seconds), cpu: total((one) => one.cpu), megabytes: 0 };
}

function listed(): Listed[] {
  const [program = '', ...args] = own('kernels', '--json', ...WISH, '--store', store);
  const text = execFileSync(program, args, { env, encoding: 'utf8', maxBuffer: 1e9 });
  return (JSON.parse(text) as { kernels: Listed[] }).kernels;
}

function script(name: string, text: string): string[] {
  writeFileSync(join(scratch, name), `set -e\n${text}`);
  return ['bash', join(scratch, name)];
}

/**
 * Returns the command that runs make for twelve kernels with the headers of the store. bookworm cannot start trixie's
 * compiler, so make uses the scripts with which dkms-deb starts this compiler. The scripts are written into `wrappers`.
 */
async function makesOf(wrappers: string): Promise<string[]> {
  process.env.XDG_CACHE_HOME = cacheHome;
  const wish = {
    suites: ['trixie', 'trixie-security'],
    sourceFiles: [],
    architectures: [await hostArchitecture()],
    store,
    offline: false,
    refresh: false,
  };
  const filter = {
    patterns: [],
    flavours: [],
    architectures: wish.architectures,
    since: undefined,
  };
  const choice = { wish, filter: { ...filter, latest: 4 } };
  const { kernels } = await selectArchiveKernels(choice, join(wrappers, 'tools'), silentReporter);
  const lines: string[] = [];
  for (const kernel of kernels) {
    const headers = await headersOf(kernel);
    const place = join(wrappers, headers.release);
    const { directory, tools } = await relocateHeaders(headers, place);
    lines.push(`${directory} ${tools?.path ?? '/usr/bin'} ${headers.release}`);
  }
  const text = `
one() {
  mkdir -p "${scratch}/makes" && cp -a ${source} "${scratch}/makes/$3"
  PATH=$2:$PATH make -C "$1" M="${scratch}/makes/$3" modules >/dev/null
}
export -f one
rm -rf ${scratch}/makes
xargs -P 2 -n 3 bash -ec 'one "$0" "$1" "$2"' <<'END'
${lines.join('\n')}
END
`;
  return script('makes.sh', text);
}

/** Returns the command that downloads all packages of the store, headers and compiler, with apt-get download. */
function downloadOf(kernels: readonly Listed[]): string[] {
  const headers = kernels.flatMap(({ packages }) => packages);
  const words = new Set(headers.map(({ name, version }) => `${name}=${version}`));
  for (const file of readdirSync(join(store, 'toolchains'))) {
    const known = JSON.parse(readFileSync(join(store, 'toolchains', file), 'utf8')) as {
      packages: Listed['packages'];
    };
    for (const { name, version } of known.packages) words.add(`${name}=${version}`);
  }
  const apt = readdirSync(join(cacheHome, 'dkms-deb/apt')).map((name) =>
    join(cacheHome, 'dkms-deb/apt', name, 'apt.conf'),
  );
  const conf = apt.find((file) => existsSync(join(file, '../var/lib/apt/lists'))) ?? '';
  return script(
    'download.sh',
    `rm -rf ${scratch}/debs && mkdir ${scratch}/debs && cd ${scratch}/debs\nAPT_CONFIG=${conf} apt-get download -qq ${[...words].join(' ')}\n`,
  );
}

function unpackDebs(): string[] {
  return script(
    'unpack.sh',
    `cd ${scratch}/debs && rm -rf ../unpacked && mkdir ../unpacked\nfor deb in *.deb; do dpkg-deb -x "$deb" "../unpacked/$deb"; done\n`,
  );
}

/** Prints the disk space of the store, and the average for one kernel, without the compilers. */
function printDisk(kernels: number): void {
  const size = (path: string) =>
    Number(execFileSync('du', ['-sm', '--', path], { encoding: 'utf8' }).split('\t')[0]);
  const parts = ['by-sha256', 'tree', 'unpacked', 'toolchain'].map((name) => {
    const place = join(store, name);
    return existsSync(place) ? `${name} ${size(place)} MB` : '';
  });
  const [whole, compilers] = [size(store), size(join(store, 'toolchain'))];
  const each = ((whole - compilers) / kernels).toFixed(0);
  const name = `disk of the store, ${kernels} kernels: ${parts.filter(Boolean).join(', ')}`;
  printRow([name, '', '', '', '', `${each} MB a kernel`, '', '1']);
}
