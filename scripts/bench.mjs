// npm run bench: what dkms-deb costs against the tools it stands in for. Each ratio is taken within one
// run, commands in turn, and the median of the rounds is printed. Needs: scripts/setup.sh --test.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
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

/** Runs a command; wall seconds, and the largest resident size in MB of any process of it. */
function time(command, cwd) {
  const result = spawnSync('/usr/bin/time', ['-f', '%e %M', ...command], {
    cwd,
    env,
    encoding: 'utf8',
  });
  const last = result.stderr.trim().split('\n').at(-1) ?? '';
  if (result.status !== 0) throw new Error(`${command.join(' ')}\n${result.stderr}`);
  const [seconds, kilobytes] = last.split(' ').map(Number);
  return { seconds, megabytes: kilobytes / 1024 };
}

const say = (line) => process.stdout.write(`${line}\n`);
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Both commands in turn, ROUNDS times after one warm-up; prints a row of the table. */
function compare(name, bound, ours, theirs) {
  ours();
  theirs();
  const pairs = Array.from({ length: ROUNDS }, () => ({ a: ours(), b: theirs() }));
  const ratio = median(pairs.map(({ a, b }) => a.seconds / b.seconds));
  const a = median(pairs.map((pair) => pair.a.seconds)).toFixed(2);
  const b = median(pairs.map((pair) => pair.b.seconds)).toFixed(2);
  const memory = Math.round(Math.max(...pairs.map((pair) => pair.a.megabytes)));
  say(`| ${name} | ${a} | ${b} | ${ratio.toFixed(2)} | ${bound} | ${memory} |`);
}

function driver(name, from) {
  const directory = join(scratch, name);
  cpSync(from, directory, { recursive: true, preserveTimestamps: true });
  return directory;
}

function v4l2loopback() {
  const debs = join(project, '.cache/debs');
  const deb = readdirSync(debs).find((file) => file.startsWith('v4l2loopback-dkms_'));
  const root = join(scratch, 'archive');
  execFileSync('dpkg-deb', ['-x', join(debs, deb), root]);
  const sources = join(root, 'usr/src');
  return join(sources, readdirSync(sources)[0]);
}

/** A driver of 16 MB: 400 source files that compress as source does. */
function largeDriver() {
  const directory = join(scratch, 'large');
  cpSync(join(project, 'examples/hello'), directory, { recursive: true });
  const headers = 'cat /usr/src/linux-headers-*-common/include/linux/*.h | head -c 16000000';
  const text = execFileSync('bash', ['-c', headers], { maxBuffer: 32e6 });
  const size = Math.ceil(text.length / 400);
  mkdirSync(join(directory, 'src'));
  for (let i = 0; i < 400; i++) {
    writeFileSync(join(directory, 'src', `part${i}.c`), text.subarray(i * size, (i + 1) * size));
  }
  return directory;
}

try {
  const releases = readdirSync('/lib/modules').filter((name) => !name.includes('rt'));
  const release = releases.sort()[0];
  say(`${cpus().length} × ${cpus()[0].model}, node ${process.version}, ${ROUNDS} rounds\n`);
  say('| what | ours (s) | theirs (s) | ratio | bound | our memory (MB) |');
  say('|---|---|---|---|---|---|');

  compare(
    '`--version` / `node -e 0`',
    '2',
    () => time([dkmsDeb, '--version'], scratch),
    () => time(['node', '-e', '0'], scratch),
  );

  const source = v4l2loopback();
  const ours = driver('ours/tree', source);
  const dh = driver('dh/tree', source);
  execFileSync(dkmsDeb, ['init', '-q'], { cwd: ours, env });
  execFileSync(dkmsDeb, ['init', '-q', '--rules', 'dh'], { cwd: dh, env });
  compare(
    '`build --from-rules` of v4l2loopback / `dpkg-buildpackage -b` with debhelper',
    '0.15',
    () => time([dkmsDeb, 'build', '--from-rules'], ours),
    () => time(['dpkg-buildpackage', '-us', '-uc', '-b'], dh),
  );

  const large = largeDriver();
  execFileSync(dkmsDeb, ['init', '-q'], { cwd: large, env });
  execFileSync(dkmsDeb, ['build', '--from-rules'], { cwd: large, env });
  const staged = join(scratch, 'staged');
  execFileSync('dpkg-deb', ['-R', join(scratch, 'hello-dkms_1.0_all.deb'), staged]);
  compare(
    '`build --from-rules` of a 16 MB tree / `dpkg-deb -b` of the same staged tree',
    '1.10',
    () => time([dkmsDeb, 'build', '--from-rules'], large),
    () => time(['dpkg-deb', '--root-owner-group', '-b', staged, join(scratch, 'x.deb')], scratch),
  );

  const byHand = join(scratch, 'by-hand.sh');
  writeFileSync(
    byHand,
    `set -e
rm -rf w && cp -a ${source} w && make -C /lib/modules/${release}/build M=$PWD/w modules >/dev/null
mkdir -p w/p/DEBIAN w/p/lib && strip -g w/*.ko && cp w/*.ko w/p/lib/ && xz -k w/p/lib/*.ko
printf 'Package: x\\nVersion: 1\\nArchitecture: amd64\\nMaintainer: x <x@x>\\nDescription: x\\n' >w/p/DEBIAN/control
dpkg-deb --root-owner-group -b w/p x.deb >/dev/null
`,
  );
  compare(
    `\`bmdeb -k ${release}\` of v4l2loopback / make, strip, xz, dpkg-deb by hand`,
    '1.10',
    () =>
      time(
        [dkmsDeb, 'bmdeb', '-q', '--no-cache', '-k', release, '-o', join(scratch, 'out'), source],
        scratch,
      ),
    () => time(['bash', byHand], scratch),
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
