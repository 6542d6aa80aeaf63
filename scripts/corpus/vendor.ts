/**
 * init over vendors' trees without dkms.conf: init without options, build, and the real dkms build of the
 * packed source.
 *
 *   npm run corpus -- vendor --clones DIR [-w DIR] [-o FILE] [REPOSITORY…]
 *
 * Measures the repositories of scripts/corpus/vendor.txt, or only REPOSITORY…, cloned to DIR/OWNER+NAME.
 * dkms builds for the newest kernel with headers, and if that fails for the oldest. The table is printed,
 * or written between the marks `corpus` of FILE (docs/corpus-vendor.md). Rows and logs are kept in -w DIR:
 * a row is measured only once, so an interrupted run can be continued.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';
import { installedKernels } from '../../test/support/kernels.ts';
import { PROJECT } from '../../test/support/project.ts';
import { giveToNobody } from '../../test/support/real-dkms-build.ts';
import { dkmsBuild, sourceOfPackage } from './dkms-of-package.ts';
import { markdownTable, writeBetweenMarks } from './markdown.ts';
import { Product } from './product.ts';

const HEAD = ['tree', 'commit', 'name', 'version', 'MAKE', 'init', 'dkms build'];

export async function corpusVendor(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      clones: { type: 'string' },
      work: { type: 'string', short: 'w' },
      output: { type: 'string', short: 'o' },
    },
  });
  if (values.clones === undefined)
    throw new Error('name the directory of the clones with --clones');
  const state = resolve(values.work ?? join(PROJECT, '.cache/corpus-vendor'));
  const kernels = (await installedKernels()).reverse();
  const [newest = '', oldest = ''] = [kernels[0], kernels.at(-1)];
  const rows: string[][] = [];
  const list = await readFile(join(PROJECT, 'scripts/corpus/vendor.txt'), 'utf8');
  for (const line of list.split('\n')) {
    const [repository = '', , folder = ''] = line.trim().split(/\s+/);
    const clone = resolve(values.clones, repository.replace('/', '+'));
    if (line.startsWith('#') || !repository.includes('/') || !existsSync(clone)) continue;
    if (positionals.length > 0 && !positionals.includes(repository)) continue;
    const title = folder === '' ? repository : `${repository}/${folder}`;
    rows.push(await keptRow({ title, clone, folder, kernels: [newest, oldest], state }));
  }
  rows.sort(([a = ''], [b = '']) => a.localeCompare(b, 'en', { sensitivity: 'base' }));
  const { stdout } = await run('dpkg-query', ['-W', '-f', '$' + '{Version}', 'dkms']);
  const day = new Date().toISOString().slice(0, 10);
  const measured = `Measured ${day}, dkms ${stdout}, kernels ${newest} and ${oldest}.`;
  const lines = [measured, '', ...markdownTable(HEAD, rows)];
  if (values.output === undefined) process.stdout.write(`${lines.join('\n')}\n`);
  else await writeBetweenMarks(values.output, 'corpus', lines);
}

interface VendorTree {
  readonly title: string;
  readonly clone: string;
  /** The driver's folder in the repository; '' for the repository itself. */
  readonly folder: string;
  readonly kernels: readonly string[];
  readonly state: string;
}

async function keptRow(tree: VendorTree): Promise<string[]> {
  const file = join(tree.state, 'rows', `${tree.title.replaceAll('/', '+')}.json`);
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as string[];
  const log = join(tree.state, 'logs', basename(file, '.json'));
  for (const path of [file, log]) await mkdir(join(path, '..'), { recursive: true });
  return withTemporaryDirectory('vendor', async (directory) => {
    await chmod(directory, 0o755);
    const row = await measure(tree, directory, log);
    await writeFile(file, `${JSON.stringify(row)}\n`);
    process.stderr.write(`${row.join(' | ')}\n`);
    return row;
  });
}

async function measure(
  { title, clone, folder, kernels }: VendorTree,
  directory: string,
  log: string,
): Promise<string[]> {
  const product = await Product.copy(PROJECT, join(directory, 'product'));
  const home = join(directory, 'home');
  const copy = join(home, basename(clone).replace(/^.*\+/, ''));
  await mkdir(home);
  await run('cp', ['-a', '--', clone, copy]);
  const git = ['-c', 'safe.directory=*', '-C', copy, 'rev-parse', '--short', 'HEAD'];
  const commit = (await run('git', git)).stdout.trim();
  await giveToNobody(directory, [home]);
  const tree = join(copy, folder);
  const init = await product.call(['dkms-deb', 'init', tree], directory);
  await writeFile(`${log}.init`, init.output);
  const seconds = `${Math.round(init.seconds)} s`;
  if (init.status !== 0) {
    const [, message = ''] = /^dkms-deb: error: (?:\S*: )?(.*)$/m.exec(init.stderr) ?? [];
    return [title, commit, 'no', '', '', seconds, message.slice(0, 120)];
  }
  const [, make = ''] = /^MAKE="(.*)"$/m.exec(init.output) ?? [];
  const output = join(home, 'out');
  const built = await product.call(['dkms-deb', 'build', '-o', output, tree], directory);
  await writeFile(`${log}.out`, built.output);
  const deb = (await readdir(output).catch(() => [])).find((name) => name.endsWith('.deb'));
  if (deb === undefined) return [title, commit, '', '', command(make), seconds, 'no: no package'];
  const source = await sourceOfPackage(join(output, deb), join(directory, 'root'));
  let result = '';
  for (const kernel of kernels) {
    const { outcome, modules, reason } = await dkmsBuild(
      directory,
      source,
      kernel,
      `${log}.${kernel}`,
    );
    if (outcome === 'built') {
      result = `${modules} on ${kernel}`;
      break;
    }
    result ||= `no: ${reason}`;
  }
  return [title, commit, source.name, source.version, command(make), seconds, result];
}

/**
 * Returns MAKE for the table, at most 110 characters. The commands that put dkms-deb's `uname` before the system's
 * become `(uname)`. An unset MAKE is `DKMS’s own`.
 */
function command(make: string): string {
  const short = make.replace(/mkdir -p .kernel .* PATH=\S*/, '(uname) ').slice(0, 110);
  return `\`${short || 'DKMS’s own'}\``;
}
