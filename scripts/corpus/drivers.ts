/**
 * Runs all commands for trees as they were cloned: lint, bmdeb, init, both styles of build, verify, bmdeb
 * after init and from the -dkms package. Compares the modules with those that the real dkms (or, without
 * a dkms.conf, the tree's own make) builds for each kernel.
 *
 *   npm run corpus -- drivers [-k KERNEL]… [-w DIR] [-o FILE [--name MARK]] [--label LABEL [--product DIR]]
 *                             [--compare LABEL]… [--counts] [--quick] [--list FILE] [--clones DIR]… [DIR…]
 *
 * DIR is a driver's tree, --clones a directory of trees named OWNER+NAME, and FILE of --list has one tree
 * per line. --product is another built dkms-deb, whose results are kept under --label. Results are kept
 * in -w DIR, one for each label, so an interrupted run can be continued. --compare adds the columns of
 * another label. --counts omits the lines of single drivers, and --quick compiles nothing. The tables are
 * printed, or written between the two marks of FILE.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';
import { installedKernels } from '../../test/support/kernels.ts';
import { PROJECT } from '../../test/support/project.ts';
import type { DriverRecord, Judgement } from './driver-record.ts';
import { driverTable, summaryTable } from './driver-table.ts';
import { type DriverTree, readDriverTree } from './driver-trees.ts';
import { fallbackIdentity, judge } from './judge.ts';
import type { Identity } from './judge-attempt.ts';
import { writeBetweenMarks } from './markdown.ts';
import { measure } from './measure-driver.ts';
import { Product } from './product.ts';

export async function corpusDrivers(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      kernel: { type: 'string', short: 'k', multiple: true },
      work: { type: 'string', short: 'w' },
      output: { type: 'string', short: 'o' },
      name: { type: 'string' },
      label: { type: 'string' },
      product: { type: 'string' },
      compare: { type: 'string', multiple: true },
      clones: { type: 'string', multiple: true },
      list: { type: 'string' },
      counts: { type: 'boolean' },
      quick: { type: 'boolean' },
    },
  });
  const state = resolve(values.work ?? join(PROJECT, '.cache/corpus-drivers'));
  const label = values.label ?? 'now';
  const releases = values.kernel ?? oneOfEachSeries(await installedKernels());
  const trees = [...positionals.map((each) => resolve(each))];
  for (const clones of values.clones ?? []) {
    trees.push(...(await readdir(clones)).sort().map((name) => resolve(clones, name)));
  }
  if (values.list !== undefined) {
    trees.push(...(await readFile(values.list, 'utf8')).trim().split('\n'));
  }
  if (trees.length === 0) throw new Error('no trees: name DIRs, a --list FILE, or --clones DIR');

  const product = await Product.copy(
    resolve(values.product ?? PROJECT),
    join(state, label, 'product'),
  );
  const labels = [...(values.compare ?? []), label];
  const records = new Map<string, DriverRecord[]>(labels.map((each) => [each, []]));
  const releasesToTry = values.quick ? [] : releases;
  for (const directory of trees) {
    const tree = await readDriverTree(directory);
    await measured(tree, product, { state, label, releases: releasesToTry });
    for (const each of labels) {
      const record = await kept<DriverRecord>(recordFile(state, each, tree));
      if (record !== undefined) records.get(each)?.push(record);
    }
  }
  const products = labels.map((each) => ({ label: each, records: records.get(each) ?? [] }));
  const day = new Date().toISOString().slice(0, 10);
  const lines = [
    values.quick ? `${day}; nothing was compiled.` : `${day}; kernels: ${releases.join(', ')}.`,
    '',
    ...summaryTable(products, releasesToTry),
    ...(values.counts ? [] : ['', ...driverTable(records.get(label) ?? [], releasesToTry)]),
  ];
  if (values.output === undefined) process.stdout.write(`${lines.join('\n')}\n`);
  else await writeBetweenMarks(values.output, values.name ?? 'drivers', lines);
}

/** Returns the newest kernel of each series, without flavours such as rt. */
function oneOfEachSeries(releases: readonly string[]): string[] {
  const series = new Map<string, string>();
  for (const release of releases) {
    const [number = ''] = /^\d+\.\d+/.exec(release) ?? [];
    if (!/-(rt|cloud)-/.test(release)) series.set(number, release);
  }
  return [...series.values()];
}

const fileName = (tree: DriverTree) => tree.name.replace('/', '+');
const recordFile = (state: string, label: string, tree: DriverTree) =>
  join(state, label, `${fileName(tree)}.json`);

async function kept<T>(file: string): Promise<T | undefined> {
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as T) : undefined;
}

async function measured(
  tree: DriverTree,
  product: Product,
  { state, label, releases }: { state: string; label: string; releases: readonly string[] },
): Promise<void> {
  const file = recordFile(state, label, tree);
  if (existsSync(file)) return;
  const started = performance.now();
  const { stdout: commit } = await run('git', ['-c', 'safe.directory=*', 'rev-parse', 'HEAD'], {
    cwd: tree.directory,
    accept: [0, 128],
  });
  await withTemporaryDirectory('corpus', async (directory) => {
    await chmod(directory, 0o755);
    const fallback = fallbackIdentity(tree);
    const first = await judged(tree, releases, fallback, { state, directory });
    const builds = releases.filter((release) => first.kernels[release]?.status === 'built');
    const figures = await measure(product, tree, { all: releases, builds }, directory);
    const { identity } = figures.init;
    // Modules contain paths with the driver's name and version. So the real tools build again with those of init.
    const judgement =
      identity === undefined || tree.kind === 'none' || builds.length === 0
        ? first
        : await judged(tree, releases, identity, { state, directory });
    const record: DriverRecord = {
      ...figures,
      product: label,
      commit: commit.trim(),
      date: new Date().toISOString().slice(0, 10),
      judgement,
    };
    await mkdir(join(state, label), { recursive: true });
    await writeFile(file, `${JSON.stringify(record, undefined, 1)}\n`);
    // Builds ran as the user nobody, and have left their files here.
    await rm(directory, { recursive: true, force: true });
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  const record = await kept<DriverRecord>(file);
  if (record) process.stderr.write(`${seconds} s ${driverTable([record], releases)[2]}\n`);
}

/**
 * Builds with the real tools, or returns the result of an earlier call for the same tree. A dkms.conf that is a
 * template or in debian/ is filled in with a name and version. Such a tree is built once for each name and version,
 * because modules contain paths with both.
 */
async function judged(
  tree: DriverTree,
  releases: readonly string[],
  identity: Identity,
  { state, directory }: { state: string; directory: string },
): Promise<Judgement> {
  if (releases.length === 0) return { how: '', kernels: {} };
  const { name, version } = identity;
  const key = tree.kind === 'template' || tree.kind === 'debian' ? `${name}-${version}` : 'judged';
  const file = join(state, 'judged', fileName(tree), `${key}.json`);
  const known = await kept<Judgement>(file);
  if (known !== undefined) return known;
  const judgement = await judge(tree, releases, identity, directory);
  await mkdir(join(state, 'judged', fileName(tree)), { recursive: true });
  await writeFile(file, `${JSON.stringify(judgement, undefined, 1)}\n`);
  return judgement;
}
