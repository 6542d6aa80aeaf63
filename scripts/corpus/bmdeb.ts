/**
 * Compares bmdeb with the real `dkms build`, for every *-dkms package of a Debian suite and every kernel
 * with installed headers. The exit status must be equal, and the modules byte for byte, without
 * compression and signature.
 *
 *   npm run corpus -- bmdeb [--suite SUITE] [-o FILE] [PACKAGE…]
 *
 * The default SUITE is this machine's. Results are kept in .cache/corpus-bmdeb/, so an interrupted run can
 * be continued; only the given PACKAGEs are built again. The table is written between the suite's two
 * marks of FILE (default: docs/corpus-bmdeb.md).
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { machine } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { dkmsIdentity } from '../../test/support/driver.ts';
import { installedKernels } from '../../test/support/kernels.ts';
import { moduleFiles } from '../../test/support/module-files.ts';
import { plainModule } from '../../test/support/plain-module.ts';
import { PROJECT } from '../../test/support/project.ts';
import {
  AS_NOBODY,
  giveToNobody,
  realDkmsBuild,
  SOURCE_DATE_EPOCH,
} from '../../test/support/real-dkms-build.ts';
import { type Archive, archiveOf, ownSuite } from './archive.ts';
import { type Comparison, type Row, verdict, writeTable } from './bmdeb-table.ts';
import { firstError } from './driver-record.ts';
import { withoutSrcversion } from './module-digests.ts';

const RECORDS = join(PROJECT, '.cache/corpus-bmdeb');
const COMMAND = join(RECORDS, 'command');

export async function corpusBmdeb(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { suite: { type: 'string' }, output: { type: 'string', short: 'o' } },
  });
  const suite = values.suite ?? (await ownSuite());
  const archive = await archiveOf(suite, join(RECORDS, 'apt'));
  const kernels = await installedKernels();
  // A run takes hours, and must use the same program all the time.
  for (const part of ['bin', 'dist', 'templates', 'package.json']) {
    await cp(join(PROJECT, part), join(COMMAND, part), { recursive: true, force: true });
  }
  const rows: Row[] = [];
  const packages = await archive.dkmsPackages();
  const unknown = positionals.filter((name) => packages.every((each) => each.name !== name));
  if (unknown.length > 0) {
    process.stderr.write(`corpus bmdeb: ${suite} has no ${unknown.join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  for (const { name, version } of packages) {
    const comparisons = new Map<string, Comparison>();
    for (const release of kernels) {
      const file = join(RECORDS, suite, `${name}_${version}`, `${release}.json`);
      const wanted = positionals.length === 0 ? !existsSync(file) : positionals.includes(name);
      if (wanted) {
        const comparison = await compare(archive, name, release, file.replace(/\.json$/, ''));
        if (comparison === undefined) break;
        await writeFile(file, `${JSON.stringify(comparison, undefined, 1)}\n`);
        process.stderr.write(`${name} ${version} ${release}: ${verdict(comparison)}\n`);
      }
      if (existsSync(file))
        comparisons.set(release, JSON.parse(await readFile(file, 'utf8')) as Comparison);
    }
    if (comparisons.size > 0) rows.push({ name, version, comparisons });
  }
  await writeTable(values.output ?? join(PROJECT, 'docs/corpus-bmdeb.md'), suite, kernels, rows);
}

/** Builds with dkms and with bmdeb. Returns undefined for a package without dkms.conf. Logs are written to `log`.*. */
async function compare(
  archive: Archive,
  name: string,
  release: string,
  log: string,
): Promise<Comparison | undefined> {
  return withTemporaryDirectory('corpus', async (directory) => {
    const deb = await archive.download(name, directory);
    await run('dpkg-deb', ['-x', deb, join(directory, 'unpacked')]);
    const sources = join(directory, 'unpacked/usr/src');
    const trees = existsSync(sources) ? await readdir(sources) : [];
    const tree = trees
      .map((each) => join(sources, each))
      .find((each) => existsSync(join(each, 'dkms.conf')));
    if (tree === undefined) return undefined;
    await mkdir(join(log, '..'), { recursive: true });

    const kernel = { release, machine: machine() };
    const started = performance.now();
    const real = await realDkmsBuild(
      directory,
      { tree, ...(await dkmsIdentity(tree)) },
      kernel,
      3600,
    );
    const between = performance.now();
    await writeFile(`${log}.dkms.log`, `${real.output}\n${real.makeLog}`);
    const result = await bmdeb(directory, release, tree);
    const ended = performance.now();
    await writeFile(`${log}.ours.log`, result.output);
    const [packed] = result.stdout.split('\n');
    if (packed) await run('dpkg-deb', ['-x', packed, join(directory, 'ours')]);
    const modules = await Promise.all(
      (await moduleFiles(join(directory, 'ours'))).map(plainModule),
    );
    const ours = new Map(modules.map(({ name, bytes }) => [name, bytes]));
    const different = differences(real.modules, ours);
    const onlySrcversion: string[] = [];
    for (const module of different) {
      const pair = [real.modules.get(module), ours.get(module)].map(
        (bytes, index) => bytes && withoutSrcversion(bytes, join(directory, `${module}.${index}`)),
      );
      const [one, other] = await Promise.all(pair);
      if (one && other?.equals(one)) onlySrcversion.push(module);
    }
    return {
      date: new Date().toISOString().slice(0, 10),
      dkms: real.status,
      ours: result.exitStatus,
      modules: [...real.modules.keys()].sort(),
      different,
      onlySrcversion,
      reason: real.status === 0 ? '' : firstError(`${real.makeLog}\n${real.output}`),
      seconds: {
        dkms: Math.round((between - started) / 1000),
        ours: Math.round((ended - between) / 1000),
      },
    };
  });
}

/** Runs bmdeb as nobody, like dkms, so that makefiles that write elsewhere fail in both. */
async function bmdeb(directory: string, release: string, tree: string) {
  const home = join(directory, 'home');
  await mkdir(home);
  await giveToNobody(directory, [home]);
  const args = ['bmdeb', '--no-cache', '-k', release, '-o', join(home, 'out'), tree];
  const [program = '', ...before] = AS_NOBODY;
  return run(program, [...before, join(COMMAND, 'bin/dkms-deb'), ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      TMPDIR: home,
      SOURCE_DATE_EPOCH,
      DEBFULLNAME: 'Corpus Run',
      DEBEMAIL: 'corpus@example.org',
    },
    accept: ANY_STATUS,
    timeoutSeconds: 3600,
  });
}

function differences(
  real: ReadonlyMap<string, Buffer>,
  ours: ReadonlyMap<string, Buffer>,
): string[] {
  const digest = (bytes: Buffer | undefined) =>
    bytes && createHash('sha256').update(bytes).digest('hex');
  return [...new Set([...real.keys(), ...ours.keys()])]
    .filter((name) => digest(real.get(name)) !== digest(ours.get(name)))
    .sort();
}
