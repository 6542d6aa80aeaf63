// npm run bench: what dkms-deb costs against the tools it stands in for, every ratio that the issues
// name in one table. Each ratio is taken within one run, commands in turn, and the median of the rounds
// is printed. Needs: scripts/setup.sh --test. BENCH_ROUNDS sets the rounds, BENCH_ROWS a regular
// expression for the rows, BENCH_MEMORY=1 adds the row of a 2 GB tree (minutes, and 5 GB of disk).
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const ROWS = new RegExp(process.env.BENCH_ROWS ?? '');
const project = resolve(import.meta.dirname, '..');
const dkmsDeb = join(project, 'bin/dkms-deb');
const scratch = mkdtempSync(join(tmpdir(), 'dkms-deb-bench-'));
const env = {
  ...process.env,
  DEBFULLNAME: 'Bench',
  DEBEMAIL: 'bench@example.invalid',
  SOURCE_DATE_EPOCH: '1790000000',
  XDG_CACHE_HOME: join(scratch, 'cache'),
  CI: 'true',
};

/** Runs a command: seconds on the clock and of CPU, and the largest resident size in MB of a process. */
function time(command, cwd = scratch) {
  const result = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', ...command], {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const last = result.stderr.trim().split('\n').at(-1) ?? '';
  if (result.status !== 0) throw new Error(`${command.join(' ')}\n${result.stderr}`);
  const [seconds, user, system, kilobytes] = last.split(' ').map(Number);
  return { seconds, cpu: user + system, megabytes: kilobytes / 1024 };
}

/** As `time`, more exact on the clock: time(1) counts hundredths. */
function timeExactly(command, cwd = scratch) {
  const begun = performance.now();
  const measured = time(command, cwd);
  return { ...measured, seconds: (performance.now() - begun) / 1000 };
}

const say = (line) => process.stdout.write(`${line}\n`);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const wanted = (name) => ROWS.test(name);

/** Both in turn, `rounds` times after one warm-up; prints a row of the table. */
function compare(name, bound, ours, theirs, rounds = ROUNDS) {
  if (!wanted(name)) return;
  ours();
  theirs();
  const pairs = Array.from({ length: rounds }, () => ({ a: ours(), b: theirs() }));
  const middle = (pick) => {
    const value = median(pairs.map(pick));
    return Number.isNaN(value) ? '' : value.toFixed(2);
  };
  const clock = middle(({ a, b }) => a.seconds / b.seconds);
  const cpu = middle(({ a, b }) => a.cpu / b.cpu);
  const memory = Math.round(Math.max(...pairs.map(({ a }) => a.megabytes)));
  say(
    `| ${name} | ${middle(({ a }) => a.seconds)} | ${middle(({ b }) => b.seconds)} | ${clock} | ${cpu} | ${bound} | ${memory} | ${rounds} |`,
  );
}

function driver(name, from) {
  const directory = join(scratch, name);
  cpSync(from, directory, { recursive: true, preserveTimestamps: true });
  return directory;
}

/** The source tree of a *-dkms package of the archive. */
function archiveDriver(name) {
  const debs = join(project, '.cache/debs');
  const deb = readdirSync(debs).find((file) => file.startsWith(`${name}_`));
  const root = join(scratch, 'archive', name);
  mkdirSync(root, { recursive: true });
  execFileSync('dpkg-deb', ['-x', join(debs, deb), root]);
  const sources = join(root, 'usr/src');
  return join(sources, readdirSync(sources)[0]);
}

/** A driver of 16 MB: 400 source files that compress as source does. */
function largeDriver(name, megabytes = 16) {
  const directory = join(scratch, name);
  cpSync(join(project, 'examples/hello'), directory, { recursive: true });
  const size = Math.ceil((megabytes * 1e6) / 400);
  const headers = `cat /usr/src/linux-headers-*-common/include/linux/*.h | head -c ${megabytes * 1e6}`;
  const text = execFileSync('bash', ['-c', headers], { maxBuffer: 1e9 });
  mkdirSync(join(directory, 'src'));
  for (let i = 0; i < 400; i++) {
    writeFileSync(join(directory, 'src', `part${i}.c`), text.subarray(i * size, (i + 1) * size));
  }
  return directory;
}

function startUp() {
  compare(
    '`--version` / `node -e 0`',
    '2',
    () => timeExactly([dkmsDeb, '--version']),
    () => timeExactly(['node', '-e', '0']),
  );
}

/** `init` where there is no debian/: against node's start four times, and what it waits for git and bash. */
function init() {
  const tree = largeDriver('init', 4);
  const git = (...args) => execFileSync('git', ['-C', tree, ...args], { env });
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-qm', 'x');
  const clean = () => rmSync(join(tree, 'debian'), { recursive: true, force: true });
  const waits = [];
  /** Seconds of all calls of git and bash, as init's own --verbose tells them. */
  const children = () => {
    clean();
    const { stderr } = spawnSync(dkmsDeb, ['init', '--verbose', tree], { env, encoding: 'utf8' });
    const calls = [...stderr.matchAll(/^\[(\d+)\] \$ (?:git|bash) /gm)].map(([, number]) => number);
    const times = calls.map((number) =>
      Number(new RegExp(`^\\[${number}\\] status \\d+, ([\\d.]+) s`, 'm').exec(stderr)?.[1]),
    );
    waits.push(times.reduce((sum, one) => sum + one, 0));
    return waits.at(-1);
  };
  compare(
    '`init` of 400 files / 4 × `node -e 0` + git and bash',
    '1',
    () => {
      clean();
      return timeExactly([dkmsDeb, 'init', '-q', tree]);
    },
    () => {
      const node = timeExactly(['node', '-e', '0']);
      const waited = children();
      return { seconds: 4 * node.seconds + waited, cpu: Number.NaN, megabytes: 0 };
    },
  );
  if (waits.length > 0)
    say(`| … of which git and bash | | ${median(waits).toFixed(2)} | | | | | |`);
}

function build() {
  const source = archiveDriver('v4l2loopback-dkms');
  const ours = driver('ours/tree', source);
  const dh = driver('dh/tree', source);
  execFileSync(dkmsDeb, ['init', '-q'], { cwd: ours, env });
  execFileSync(dkmsDeb, ['init', '-q', '--rules', 'dh'], { cwd: dh, env });
  compare(
    '`build` of v4l2loopback (--from-rules) / `dpkg-buildpackage -b` with debhelper',
    '0.15',
    () => timeExactly([dkmsDeb, 'build', '--from-rules'], ours),
    () => timeExactly(['dpkg-buildpackage', '-us', '-uc', '-b'], dh),
  );
}

function buildLarge() {
  const large = largeDriver('large/tree');
  execFileSync(dkmsDeb, ['init', '-q'], { cwd: large, env });
  execFileSync(dkmsDeb, ['build', '--from-rules'], { cwd: large, env });
  const staged = join(scratch, 'staged');
  execFileSync('dpkg-deb', ['-R', join(scratch, 'large/hello-dkms_1.0_all.deb'), staged]);
  compare(
    '`build` of a 16 MB tree / `dpkg-deb -b` of the same staged tree',
    '1.10',
    () => time([dkmsDeb, 'build', '--from-rules'], large),
    () => time(['dpkg-deb', '--root-owner-group', '-b', staged, join(scratch, 'x.deb')]),
  );
}

const script = (name, text) => {
  writeFileSync(join(scratch, name), `set -e\n${text}`);
  return ['bash', join(scratch, name)];
};

const bmdeb = (source, kernels, ...more) => [
  dkmsDeb,
  ...['bmdeb', '-q', ...kernels.flatMap((kernel) => ['-k', kernel])],
  ...['-o', join(scratch, 'out'), ...more, source],
];

function bmdebOfOne(source, release) {
  const byHand = script(
    'by-hand.sh',
    `rm -rf w && cp -a ${source} w && make -C /lib/modules/${release}/build M=$PWD/w modules >/dev/null
mkdir -p w/p/DEBIAN w/p/lib && strip -g w/*.ko && cp w/*.ko w/p/lib/ && xz -k w/p/lib/*.ko
printf 'Package: x\\nVersion: 1\\nArchitecture: amd64\\nMaintainer: x <x@x>\\nDescription: x\\n' >w/p/DEBIAN/control
dpkg-deb --root-owner-group -b w/p x.deb >/dev/null
`,
  );
  compare(
    `\`bmdeb -k ${release}\` of v4l2loopback / make, strip, xz, dpkg-deb by hand`,
    '1.10',
    () => time(bmdeb(source, [release], '--no-cache')),
    () => time(byHand),
  );
}

/** All kernels with headers; a dkms build of each and dpkg-deb, one after the other. */
function bmdebOfAll(source, releases) {
  if (!existsSync('/usr/sbin/dkms'))
    return say('| no dkms here: no comparison with it | | | | | | | |');
  const roots = join(scratch, 'dkms');
  const [name, version] = source
    .split('/')
    .at(-1)
    .split(/-(?=\d)/);
  const loop = script(
    'dkms-loop.sh',
    `rm -rf ${roots} && mkdir -p ${roots}/src ${roots}/tree && cp -a ${source} ${roots}/src/
tree="--dkmstree ${roots}/tree --sourcetree ${roots}/src"
dkms add $tree -m ${name} -v ${version} >/dev/null
for k in ${releases.join(' ')}; do
  dkms build $tree -m ${name} -v ${version} -k $k >/dev/null
  p=${roots}/p; rm -rf $p; mkdir -p $p/DEBIAN $p/lib/modules/$k/updates
  cp ${roots}/tree/${name}/${version}/$k/*/module/* $p/lib/modules/$k/updates/
  printf 'Package: x\\nVersion: 1\\nArchitecture: amd64\\nMaintainer: x <x@x>\\nDescription: x\\n' >$p/DEBIAN/control
  dpkg-deb --root-owner-group -b $p ${roots}/x.deb >/dev/null
done
`,
  );
  compare(
    `\`bmdeb\` of acpi-call for ${releases.length} kernels / \`dkms build\` and \`dpkg-deb -b\` of each`,
    '0.55',
    () => time(bmdeb(source, releases, '--no-cache')),
    () => time(loop),
  );
}

/** A second run with nothing changed against the first, each round with a new cache. */
function bmdebAgain(source, name, releases, bound) {
  compare(
    `second run of \`bmdeb\` of ${name} for ${releases.length} kernels / the first`,
    bound,
    () => timeExactly(bmdeb(source, releases)),
    () => {
      rmSync(env.XDG_CACHE_HOME, { recursive: true, force: true });
      return timeExactly(bmdeb(source, releases));
    },
  );
}

/** 2 GB of what does not compress, packed as it is: what our own process holds. */
function memory() {
  const tree = join(scratch, 'memory/tree');
  cpSync(join(project, 'examples/hello'), tree, { recursive: true });
  for (let i = 0; i < 200; i++) writeFileSync(join(tree, `blob${i}`), randomBytes(10_000_000));
  execFileSync(dkmsDeb, ['init', '-q'], { cwd: tree, env });
  const { seconds, megabytes } = time(
    [dkmsDeb, 'build', '--from-rules', '--compression', 'none'],
    tree,
  );
  say(
    `| memory of \`build --compression none\` of a 2 GB tree (MB) | ${seconds.toFixed(2)} | | | | 150 MB | ${Math.round(megabytes)} | 1 |`,
  );
}

const versionOf = (program) =>
  execFileSync('dpkg-query', ['-W', '-f', `\${Package} \${Version}`, program], {
    encoding: 'utf8',
  });

try {
  const releases = readdirSync('/lib/modules').filter((release) =>
    existsSync(join('/lib/modules', release, 'build/include')),
  );
  const tools = ['dpkg', 'debhelper', 'xz-utils', 'gcc-12', 'dkms'].map(versionOf).join(', ');
  say(`${cpus().length} × ${cpus()[0].model}, node ${process.version}, ${tools}`);
  say(`kernels: ${releases.join(', ')}\n`);
  say('| what | ours (s) | theirs (s) | ratio | of CPU | bound | our memory (MB) | rounds |');
  say('|---|---|---|---|---|---|---|---|');
  startUp();
  if (wanted('`init`')) init();
  if (wanted('`build` of v4l2loopback')) build();
  if (wanted('16 MB')) buildLarge();
  if (wanted('by hand')) {
    const plain = releases.find((release) => !release.includes('rt'));
    bmdebOfOne(archiveDriver('v4l2loopback-dkms'), plain);
  }
  // Compiles for all of them.
  const acpiCall = archiveDriver('acpi-call-dkms');
  if (wanted('`dkms build`')) bmdebOfAll(acpiCall, releases);
  bmdebAgain(acpiCall, 'acpi-call', releases, 'small driver');
  // It does not compile for newer kernels.
  const old = releases.filter((release) => release.startsWith('6.1.'));
  bmdebAgain(archiveDriver('xtables-addons-dkms'), 'xtables-addons', old, '0.03');
  if (process.env.BENCH_MEMORY) memory();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
