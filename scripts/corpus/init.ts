/**
 * init over real drivers: init, dpkg-buildpackage in both styles, lintian, and the real dkms build.
 *
 *   npm run corpus -- init [-k KERNEL] [-w DIR] [-o FILE] [--debian] [--clones DIR] [TREE[=OPTION…]…]
 *
 * --debian measures the *-dkms packages of this machine's suite, without their packaging. Without --clones
 * and TREE, --debian is the default. --clones measures the repositories of scripts/corpus/public.txt,
 * cloned to DIR/OWNER+NAME. `TREE=--set PACKAGE_VERSION=1.0` gives init options. KERNEL, for dkms build,
 * is the oldest with headers by default.
 *
 * The tables are printed, or written between the marks `corpus` of FILE (docs/corpus-init.md). Rows and
 * logs are kept in -w DIR: a row is measured only once, so an interrupted run can be continued.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';
import { installedKernels } from '../../test/support/kernels.ts';
import { PROJECT } from '../../test/support/project.ts';
import { archiveOf, ownSuite } from './archive.ts';
import { sourceOfPackage } from './dkms-of-package.ts';
import { readDriverTree } from './driver-trees.ts';
import { type InitRow, measureInit } from './init-row.ts';
import { initTables } from './init-table.ts';
import { writeBetweenMarks } from './markdown.ts';
import { withoutPackaging } from './measure-driver.ts';
import { Product } from './product.ts';

interface Run {
  readonly state: string;
  readonly release: string;
}

export async function corpusInit(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      kernel: { type: 'string', short: 'k' },
      work: { type: 'string', short: 'w' },
      output: { type: 'string', short: 'o' },
      debian: { type: 'boolean' },
      clones: { type: 'string' },
    },
  });
  const [oldest = ''] = await installedKernels();
  const about: Run = {
    state: resolve(values.work ?? join(PROJECT, '.cache/corpus-init')),
    release: values.kernel ?? oldest,
  };
  const suite = await ownSuite();
  const debian = values.debian ?? (values.clones === undefined && positionals.length === 0);
  if (debian) await measureSuite(suite, about);
  if (values.clones !== undefined) await measureClones(resolve(values.clones), about);
  for (const given of positionals) {
    const [tree = '', options = ''] = given.split(/=(.*)/s);
    const words = options.split(/\s+/).filter(Boolean);
    await measureTree('own', basename(resolve(tree)), resolve(tree), words, about);
  }
  const titles = [
    ['debian', `Debian ${suite}`],
    ['public', 'Public repositories'],
    ['own', 'Trees of your own'],
  ] as const;
  const groups = await Promise.all(
    titles.map(async ([group, title]) => ({ title, rows: await rowsOf(about.state, group) })),
  );
  const lines = [await measuredWith(about.release), '', ...initTables(groups)];
  if (values.output === undefined) process.stdout.write(`${lines.join('\n')}\n`);
  else await writeBetweenMarks(values.output, 'corpus', lines);
}

async function measureSuite(suite: string, about: Run): Promise<void> {
  const archive = await archiveOf(suite, join(about.state, 'apt'));
  for (const { name } of await archive.dkmsPackages()) {
    if (existsSync(rowFile(about.state, 'debian', name))) continue;
    await withTemporaryDirectory('corpus', async (directory) => {
      const deb = await archive.download(name, directory);
      const unpacked = await sourceOfPackage(deb, join(directory, 'unpacked')).catch(
        () => undefined,
      );
      if (unpacked !== undefined) await measured('debian', name, unpacked.tree, [], about);
    });
  }
}

async function measureClones(clones: string, about: Run): Promise<void> {
  const list = await readFile(join(PROJECT, 'scripts/corpus/public.txt'), 'utf8');
  for (const line of list.split('\n')) {
    const [repository = '', ...options] = line.trim().split(/\s+/);
    const clone = join(clones, repository.replace('/', '+'));
    if (line.startsWith('#') || !repository.includes('/') || !existsSync(clone)) continue;
    await measureTree('public', repository, clone, options, about);
  }
}

/** Measures a repository, without its packaging. */
async function measureTree(
  group: string,
  name: string,
  directory: string,
  options: readonly string[],
  about: Run,
): Promise<void> {
  const tree = await readDriverTree(directory);
  const title = tree.confs.length === 0 ? `${name} (no dkms.conf)` : name;
  if (existsSync(rowFile(about.state, group, title))) return;
  await withTemporaryDirectory('corpus', async (temporary) => {
    const source = join(temporary, 'tree');
    await run('cp', ['-a', '--', directory, source]);
    if (tree.packaged) await withoutPackaging(tree, source);
    await measured(group, title, source, options, about);
  });
}

async function measured(
  group: string,
  title: string,
  tree: string,
  options: readonly string[],
  { state, release }: Run,
): Promise<void> {
  const file = rowFile(state, group, title);
  const log = join(state, 'logs', basename(file, '.json'));
  for (const directory of [join(file, '..'), join(log, '..')]) {
    await mkdir(directory, { recursive: true });
  }
  await withTemporaryDirectory('init', async (directory) => {
    await chmod(directory, 0o755);
    const product = await Product.copy(PROJECT, join(directory, 'product'));
    const row = await measureInit(product, { title, tree, options, release }, directory, log);
    await writeFile(file, `${JSON.stringify(row, undefined, 1)}\n`);
    process.stderr.write(`${Object.values(row).join(' | ')}\n`);
  });
}

function rowFile(state: string, group: string, title: string): string {
  return join(state, 'rows', group, `${title.replaceAll('/', '+')}.json`);
}

async function rowsOf(state: string, group: string): Promise<InitRow[]> {
  const directory = join(state, 'rows', group);
  const names = (await readdir(directory).catch(() => [])).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return texts.map((text) => JSON.parse(text) as InitRow);
}

async function measuredWith(release: string): Promise<string> {
  const [, system = ''] =
    /^PRETTY_NAME="(.*)"$/m.exec(await readFile('/etc/os-release', 'utf8')) ?? [];
  const versions = await Promise.all(
    ['dkms', 'lintian'].map(async (name) => {
      const query = ['-W', '-f', '$' + '{Version}', name];
      return `${name} ${(await run('dpkg-query', query)).stdout}`;
    }),
  );
  const day = new Date().toISOString().slice(0, 10);
  return `Measured ${day} on ${system}, ${versions.join(', ')}, kernel ${release}.`;
}
