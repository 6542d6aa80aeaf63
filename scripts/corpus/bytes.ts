/**
 * Compares what bmdeb --suite builds on this machine, by a compiler that it has fetched, with what bmdeb builds in a
 * Debian of that suite where headers and compiler are installed.
 *
 *   npm run corpus -- bytes [-w DIR] [-o FILE] [SUITE | SUITE/arm64]…
 *
 * The default is bookworm, trixie and sid for amd64, and trixie and sid for arm64. mmdebstrap makes each Debian, which
 * needs root. For arm64 it has the cross compiler, and the headers are unpacked: Debian cannot install headers of a
 * foreign architecture beside it. There only the modules are compared, since unpacked headers do not tell the version
 * of their package. The table is written between the marks `bytes` of FILE (default: docs/corpus-kernels.md).
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gnuTypeOf } from '../../src/kernel/architecture.ts';
import { run } from '../../src/system/process/run.ts';
import { asRoot } from '../../test/support/as-root.ts';
import { type DebianRoot, withRootOf } from '../../test/support/chroot.ts';
import { exampleDirectory } from '../../test/support/example.ts';
import { installInRoot } from '../../test/support/install-in-root.ts';
import { PROJECT } from '../../test/support/project.ts';
import { giveToNobody, SOURCE_DATE_EPOCH } from '../../test/support/real-dkms-build.ts';
import { unpackPlain } from '../../test/support/unpack-plain.ts';
import { debianMirror } from './archive.ts';
import { markdownTable, writeBetweenMarks } from './markdown.ts';
import { Product } from './product.ts';

const WISHES = ['bookworm', 'trixie', 'sid', 'trixie/arm64', 'sid/arm64'];
/** What a build needs in addition to headers and compiler. */
const PROGRAMS = 'make,xz-utils,zstd,kmod,patch,dpkg-dev,binutils,pahole';

interface Kernel {
  readonly release: string;
  readonly compiler: string;
  readonly packages: readonly { readonly name: string; readonly sha256: string }[];
}

export async function corpusBytes(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      work: { type: 'string', short: 'w' },
      output: { type: 'string', short: 'o' },
    },
  });
  const state = resolve(values.work ?? join(PROJECT, '.cache/corpus-bytes'));
  const product = await Product.copy(PROJECT, join(state, 'product'));
  // With this dpkg-query no compiler seems to be installed, so the compiler is fetched in any case.
  const query = join(state, 'product/bin/dpkg-query');
  await writeFile(query, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  await mkdir(join(state, 'home'), { recursive: true });
  await giveToNobody(state, [join(state, 'home')]);
  const rows: string[][] = [];
  for (const wish of positionals.length > 0 ? positionals : WISHES) {
    const [suite = '', architecture = 'amd64'] = wish.split('/');
    const row = await compareSuite(product, state, suite, architecture);
    process.stderr.write(`${row.join(' | ')}\n`);
    rows.push(row);
  }
  const lines = [
    `Compared on ${new Date().toISOString().slice(0, 10)}.`,
    '',
    ...markdownTable(['suite', 'arch', 'kernel', 'compiler', 'difference'], rows),
  ];
  await writeBetweenMarks(values.output ?? join(PROJECT, 'docs/corpus-kernels.md'), 'bytes', lines);
}

async function compareSuite(
  product: Product,
  state: string,
  suite: string,
  architecture: string,
): Promise<string[]> {
  const work = join(state, 'work');
  const output = join(state, 'home/out');
  await asRoot(['rm', '-rf', '--', work, output]);
  await mkdir(work);
  const tree = await exampleDirectory('hello', work);
  const wish = ['--suite', suite, '--arch', architecture];
  const listed = await product.ask(
    'kernels',
    [...wish, '--flavour', architecture, '--latest', '1'],
    state,
  );
  const [kernel] = (listed.json?.kernels ?? []) as Kernel[];
  if (kernel === undefined) return [suite, architecture, '', '', `no kernel: ${listed.error}`];
  const head = [suite, architecture, kernel.release, kernel.compiler];
  const options = ['-k', kernel.release, '--no-cache', '-o', output, tree];
  const built = await product.ask('bmdeb', [...wish, ...options], state);
  const [name] = (await readdir(output).catch(() => [])).filter((one) => one.endsWith('.deb'));
  if (name === undefined) return [...head, `not built: ${built.error}`];
  const tar = await makeRoot(suite, architecture, kernel, work);
  await unpackPlain(join(output, name), join(work, 'ours'));
  const foreign = architecture !== 'amd64';
  await withRootOf(tar, async (root) => {
    const options = foreign ? await unpackForeign(root, kernel, state) : [];
    await unpackPlain(await buildInRoot(root, kernel, tree, options), join(work, 'theirs'));
  });
  await run('rm', ['-f', '--', tar]);
  const places = ['ours', 'theirs'].map((one) => join(work, one, foreign ? 'usr/lib' : ''));
  const { output: said } = await run('diff', ['-r', ...places], { accept: [0, 1, 2] });
  const equal = foreign ? 'none; the module was compared' : 'none; the package was compared';
  return [...head, said === '' ? equal : said.replaceAll(`${work}/`, '').slice(0, 300)];
}

/** Returns a tarball of a Debian with the compiler, and with the headers if they are for its architecture. */
async function makeRoot(
  suite: string,
  architecture: string,
  { release, compiler }: Kernel,
  directory: string,
): Promise<string> {
  const tar = join(directory, 'root.tar');
  const gnu = gnuTypeOf(architecture).replaceAll('_', '-');
  const own = architecture === 'amd64' ? `linux-headers-${release}` : `${compiler}-${gnu}`;
  const mirror = await debianMirror();
  const options = ['--quiet', '--variant=minbase', `--include=${PROGRAMS},${own}`];
  options.push('--dpkgopt=path-exclude=/usr/share/doc/*');
  // The lists of sid expire within days. apt accepts expired lists if the apt of this machine accepts them.
  const format = ['--format', '%F "%v";%n'];
  const asHere = await run('apt-config', ['dump', ...format, 'Acquire::Check-Valid-Until']);
  const settings = ['APT::Sandbox::User "root";', ...asHere.stdout.split('\n').filter(Boolean)];
  const aptOptions = settings.map((setting) => `--aptopt=${setting}`);
  await asRoot(
    ['mmdebstrap', ...options, ...aptOptions, suite, tar, `deb ${mirror} ${suite} main`],
    {
      timeoutSeconds: 1800,
    },
  );
  return tar;
}

/** Unpacks headers of a foreign architecture in a root. Returns the options by which bmdeb finds them. */
async function unpackForeign(
  root: DebianRoot,
  { packages }: Kernel,
  state: string,
): Promise<string[]> {
  const store = join(state, 'home/.cache/dkms-deb/headers/by-sha256');
  for (const { sha256 } of packages) {
    const deb = join(store, sha256.slice(0, 2), `${sha256}.deb`);
    await asRoot(['dpkg-deb', '-x', deb, join(root.directory, 'opt/headers')]);
  }
  return ['--headers', '/opt/headers'];
}

/** Builds hello in a root. Returns the path by which this machine reaches the package. */
async function buildInRoot(
  root: DebianRoot,
  { release }: Kernel,
  tree: string,
  options: readonly string[],
): Promise<string> {
  const command = await installInRoot(root);
  await asRoot(['cp', '-a', '--', tree, join(root.directory, 'root/hello')]);
  const env = { SOURCE_DATE_EPOCH, DEBFULLNAME: 'Corpus Run', DEBEMAIL: 'corpus@example.org' };
  const args = ['bmdeb', '-q', '-k', release, '--no-cache', '-o', '/root/out', ...options];
  const { stdout } = await root.run(command, [...args, '/root/hello'], {
    env,
    timeoutSeconds: 900,
  });
  return join(root.directory, stdout.trim());
}
