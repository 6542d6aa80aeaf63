import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../test/support/project.ts';
import { archiveDriver, driver, largeDriver } from './drivers.ts';
import { compare, dkmsDeb, env, median, printRow, scratch, time, timeExactly } from './measure.ts';

/** Compares the start of dkms-deb with the start of Node alone. */
export function startUp(): void {
  compare(
    '`--version` / `node -e 0`',
    '2',
    () => timeExactly([dkmsDeb, '--version']),
    () => timeExactly(['node', '-e', '0']),
  );
}

/** Compares init, in a tree without debian/, with four starts of Node and the time of git and bash. */
export function init(): void {
  const tree = largeDriver('init', 4);
  const git = (...args: string[]) => execFileSync('git', ['-C', tree, ...args], { env });
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-qm', 'x');
  const clean = () => rmSync(join(tree, 'debian'), { recursive: true, force: true });
  const waits: number[] = [];
  /** Returns the seconds of all calls of git and bash, from the output of init --verbose. */
  const children = () => {
    clean();
    const { stderr } = spawnSync(dkmsDeb, ['init', '--verbose', tree], { env, encoding: 'utf8' });
    const calls = [...stderr.matchAll(/^\[(\d+)\] \$ (?:git|bash) /gm)].map(([, number]) => number);
    const times = calls.map((number) =>
      Number(new RegExp(`^\\[${number}\\] status \\d+, ([\\d.]+) s`, 'm').exec(stderr)?.[1]),
    );
    const waited = times.reduce((sum, one) => sum + one, 0);
    waits.push(waited);
    return waited;
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
  if (waits.length > 0) {
    printRow(['… of which git and bash', '', median(waits).toFixed(2), '', '', '', '', '']);
  }
}

/** Compares the time of `dkms-deb build` with that of dpkg-buildpackage and debhelper, for a small driver. */
export function build(): void {
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

/** Compares the time of `dkms-deb build` with that of `dpkg-deb -b`, for a tree of 16 MB. */
export function buildLarge(): void {
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

/** Compares the time of `dkms-deb build` with that of `dpkg-deb -b`, for a tree of 20 000 small files. */
export function buildMany(): void {
  const tree = join(scratch, 'many/tree');
  cpSync(join(PROJECT, 'examples/hello'), tree, { recursive: true });
  for (let folder = 0; folder < 200; folder++) {
    mkdirSync(join(tree, `d${folder}`));
    for (let file = 0; file < 100; file++) {
      writeFileSync(join(tree, `d${folder}/f${file}.h`), `/* ${folder} ${file} */\n`.repeat(3));
    }
  }
  execFileSync(dkmsDeb, ['init', '-q'], { cwd: tree, env });
  execFileSync(dkmsDeb, ['build', '--from-rules'], { cwd: tree, env });
  const staged = join(scratch, 'staged-many');
  execFileSync('dpkg-deb', ['-R', join(scratch, 'many/hello-dkms_1.0_all.deb'), staged]);
  compare(
    '`build` of 20 000 small files / `dpkg-deb -b` of the same staged tree',
    '2',
    () => time([dkmsDeb, 'build', '--from-rules'], tree),
    () => time(['dpkg-deb', '--root-owner-group', '-b', staged, join(scratch, 'x.deb')]),
  );
}

/** Measures the memory of build for 2 GB of incompressible files that are packed without compression. */
export function memory(): void {
  const tree = join(scratch, 'memory/tree');
  cpSync(join(PROJECT, 'examples/hello'), tree, { recursive: true });
  for (let i = 0; i < 200; i++) writeFileSync(join(tree, `blob${i}`), randomBytes(10_000_000));
  execFileSync(dkmsDeb, ['init', '-q'], { cwd: tree, env });
  const { seconds, megabytes } = time(
    [dkmsDeb, 'build', '--from-rules', '--compression', 'none'],
    tree,
  );
  const name = 'memory of `build --compression none` of a 2 GB tree (MB)';
  const size = String(Math.round(megabytes));
  printRow([name, seconds.toFixed(2), '', '', '', '150 MB', size, '1']);
}
