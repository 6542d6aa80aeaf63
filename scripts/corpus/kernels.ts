/**
 * Builds for every kernel that Debian's archive lists: examples/hello for each, and for every fourth also
 * v4l2loopback and xtables-addons (many modules), as they are in sid. `dkms-deb verify` checks each package.
 *
 *   npm run corpus -- kernels [-w DIR] [-o FILE] [--suite SUITE]… [--arch ARCH]… [--again] [--table] [RELEASE…]
 *
 * A run takes hours and downloads about 2 GB. One kernel is built at a time, as nobody. Results are kept in
 * -w DIR (default: .cache/corpus-kernels), one file for each kernel, so an interrupted run can be continued. Without
 * such a file the results in the table of FILE count, so another machine can continue, too.
 * --table only writes the table of the results that there are. --again builds once more for the kernels that failed,
 * and RELEASE names kernels to be built for once more. Unpacked headers are removed on the way. The table is written
 * between the marks of FILE (default: docs/corpus-kernels.md).
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../src/system/process/run.ts';
import { PROJECT } from '../../test/support/project.ts';
import { giveToNobody } from '../../test/support/real-dkms-build.ts';
import { archiveOf } from './archive.ts';
import { sourceOfPackage } from './dkms-of-package.ts';
import { readKernelTable } from './earlier-kernels.ts';
import { buildAndVerify } from './kernel-build.ts';
import { type KernelRecord, writeKernelTable } from './kernels-table.ts';
import { Product } from './product.ts';

/** All suites of Debian with kernels of their own. */
const SUITES = [
  ...['bookworm', 'bookworm-security', 'bookworm-updates', 'bookworm-backports'],
  ...['trixie', 'trixie-security', 'trixie-updates', 'trixie-backports'],
  ...['forky', 'sid'],
];
/** Drivers that are built for every fourth kernel. */
const DRIVERS = ['v4l2loopback-dkms', 'xtables-addons-dkms'];
const EVERY = 4;

type Listed = Omit<KernelRecord, 'drivers' | 'date'>;

export async function corpusKernels(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      work: { type: 'string', short: 'w' },
      output: { type: 'string', short: 'o' },
      suite: { type: 'string', multiple: true, default: SUITES },
      arch: { type: 'string', multiple: true, default: ['amd64', 'arm64'] },
      again: { type: 'boolean', default: false },
      table: { type: 'boolean', default: false },
    },
  });
  const state = resolve(values.work ?? join(PROJECT, '.cache/corpus-kernels'));
  const trees = await driverTrees(state);
  const place = join(state, 'product');
  // With --table, an existing copy of dkms-deb is not written again, because another run may be using it.
  const product =
    values.table && existsSync(place) ? new Product(place) : await Product.copy(PROJECT, place);
  await mkdir(join(state, 'home'), { recursive: true });
  await giveToNobody(state, [join(state, 'home')]);
  const wish = [
    ...values.suite.flatMap((suite) => ['--suite', suite]),
    ...values.arch.flatMap((arch) => ['--arch', arch]),
  ];
  const kernels = await list(product, wish, state);
  const output = values.output ?? join(PROJECT, 'docs/corpus-kernels.md');
  await takeOver(output, kernels, state);
  const [hello, ...others] = trees;
  if (hello === undefined) return;
  const about = { product, wish, state, again: { failed: values.again, releases: positionals } };
  if (!values.table) await pass(kernels, hello, about);
  // The other drivers take most of the time, the last one more than all before it. So each is built after the drivers
  // before it have a result for every kernel, and not suite by suite.
  const some = kernels.filter((_, index) => index % EVERY === 0);
  if (!values.table) for (const other of others) await pass(spread(some), other, about);
  if (!values.table) await removeUnpacked(state);
  const records = await Promise.all(kernels.map((kernel) => readRecord(recordFile(state, kernel))));
  await writeKernelTable(
    output,
    records.flatMap((record) => record ?? []),
    kernels.length,
  );
}

/** Returns the items in an order whose beginning has some of every part of the list. */
function spread<T>(items: readonly T[]): T[] {
  const groups = Array.from({ length: 7 }, (_, first) =>
    items.filter((_item, index) => index % 7 === first),
  );
  return groups.flat();
}

interface Tree {
  readonly name: string;
  readonly tree: string;
}

interface About {
  readonly product: Product;
  readonly wish: readonly string[];
  readonly state: string;
  /** The kernels for which drivers are built although there is a result. */
  readonly again: { readonly failed: boolean; readonly releases: readonly string[] };
}

/** Builds a driver for kernels, and records each result. */
async function pass(
  kernels: readonly Listed[],
  { name, tree }: Tree,
  { product, wish, state, again }: About,
): Promise<void> {
  let before = '';
  for (const [index, kernel] of kernels.entries()) {
    const file = recordFile(state, kernel);
    const known = (await readRecord(file))?.drivers ?? [];
    const result = known.find((one) => one.name === name);
    const isWanted =
      result === undefined ||
      again.releases.includes(kernel.release) ||
      (again.failed && !result.verified && result.status !== 'excluded');
    if (!isWanted) continue;
    // The kernels of one version share their -common headers.
    if (before !== kernel.version) await removeUnpacked(state);
    before = kernel.version;
    const built = await buildAndVerify(product, [...wish, '-k', kernel.release], tree, state);
    const drivers = [...known.filter((one) => one.name !== name), { name, ...built }];
    const date = new Date().toISOString().slice(0, 10);
    await writeRecord(state, { ...kernel, date, drivers });
    const where = `${index + 1}/${kernels.length} ${kernel.release}`;
    process.stderr.write(`${where}: ${name} ${built.status} ${built.seconds} s\n`);
  }
}

/** Writes the results of the table in `file` as records, for kernels without a record. */
async function takeOver(file: string, kernels: readonly Listed[], state: string): Promise<void> {
  const earlier = await readKernelTable(file);
  for (const kernel of kernels) {
    const known = earlier.get(
      `${kernel.suites.join(', ')} ${kernel.release} ${kernel.architecture}`,
    );
    if (known === undefined || existsSync(recordFile(state, kernel))) continue;
    await writeRecord(state, { ...kernel, ...known });
  }
}

async function writeRecord(state: string, record: KernelRecord): Promise<void> {
  await mkdir(join(state, 'records'), { recursive: true });
  await writeFile(recordFile(state, record), `${JSON.stringify(record, undefined, 1)}\n`);
}

function recordFile(
  state: string,
  { release, version }: Pick<Listed, 'release' | 'version'>,
): string {
  return join(state, 'records', `${release}_${version}.json`);
}

/** Returns the source trees of the drivers, examples/hello first. The trees are fetched once. */
async function driverTrees(state: string): Promise<Tree[]> {
  const found = [{ name: 'hello', tree: join(state, 'drivers/hello') }];
  if (!existsSync(join(state, 'drivers/hello'))) {
    await cp(join(PROJECT, 'examples/hello'), join(state, 'drivers/hello'), { recursive: true });
  }
  const archive = await archiveOf('sid', join(state, 'apt'));
  for (const name of DRIVERS) {
    const place = join(state, 'drivers', name);
    const known = (await readdir(join(place, 'download')).catch(() => [])).at(0);
    await mkdir(place, { recursive: true });
    const deb = known ? join(place, 'download', known) : await archive.download(name, place);
    const { tree } = await sourceOfPackage(deb, join(place, 'unpacked'));
    found.push({ name, tree });
  }
  return found;
}

/** Returns the kernels of the archive, the kernels of one version together. */
async function list(product: Product, wish: readonly string[], state: string): Promise<Listed[]> {
  const { json, error } = await product.ask('kernels', wish, state);
  const kernels = json?.kernels as (Listed & { release: string | null })[] | undefined;
  if (kernels === undefined) throw new Error(`dkms-deb kernels: ${error}`);
  return kernels
    .filter(({ release }) => release !== null)
    .map(({ release, version, architecture, flavour, compiler, suites, size }) => ({
      ...{ release, version, architecture, flavour, compiler, suites, size },
    }))
    .sort((a, b) =>
      `${a.suites[0]} ${a.version} ${a.architecture} ${a.flavour}`.localeCompare(
        `${b.suites[0]} ${b.version} ${b.architecture} ${b.flavour}`,
        'en',
        { numeric: true },
      ),
    );
}

async function readRecord(file: string): Promise<KernelRecord | undefined> {
  if (!existsSync(file)) return undefined;
  return JSON.parse(await readFile(file, 'utf8')) as KernelRecord;
}

/** Removes unpacked headers, which can be made again. Packages and compilers stay. */
async function removeUnpacked(state: string): Promise<void> {
  const store = join(state, 'home/.cache/dkms-deb/headers');
  for (const name of ['tree', 'unpacked']) {
    await run('rm', ['-rf', '--', join(store, name)], { timeoutSeconds: 1800 });
  }
}
