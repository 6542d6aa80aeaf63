/**
 * Builds examples/hello for a kernel that clang has compiled, by a clang that bmdeb fetches. Debian has no such kernel,
 * so the headers are this machine's with the configuration that clang would have made, in an archive of their own.
 *
 *   npm run corpus -- clang [-w DIR] [-o FILE] [CODENAME=VERSION]…
 *
 * The default is bookworm=14.0.6, trixie=19.1.7 and sid=19.1.7: the releases of Debian from which clang comes. The
 * table is written between the marks `clang` of FILE (default: docs/corpus-kernels.md).
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../src/system/process/run.ts';
import {
  type ArchiveKey,
  listSource,
  makeArchiveKey,
  releaseArchiveKey,
  writeArchiveSuite,
} from '../../test/support/apt-archive.ts';
import { clangConfig } from '../../test/support/clang-config.ts';
import { exampleDirectory } from '../../test/support/example.ts';
import { wholeHeaders } from '../../test/support/fixture-headers.ts';
import { fixturePackages, writeFixtureDebs } from '../../test/support/kernel-packages.ts';
import { moduleFiles } from '../../test/support/module-files.ts';
import { plainModule } from '../../test/support/plain-module.ts';
import { PROJECT } from '../../test/support/project.ts';
import { giveToNobody } from '../../test/support/real-dkms-build.ts';
import { markdownTable, writeBetweenMarks } from './markdown.ts';
import { Product } from './product.ts';

const WISHES = ['bookworm=14.0.6', 'trixie=19.1.7', 'sid=19.1.7'];

export async function corpusClang(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      work: { type: 'string', short: 'w' },
      output: { type: 'string', short: 'o' },
    },
  });
  const state = resolve(values.work ?? join(PROJECT, '.cache/corpus-clang'));
  const product = await Product.copy(PROJECT, join(state, 'product'));
  await mkdir(join(state, 'home'), { recursive: true });
  await giveToNobody(state, [join(state, 'home')]);
  const rows: string[][] = [];
  for (const wish of positionals.length > 0 ? positionals : WISHES) {
    const [codename = '', version = ''] = wish.split('=');
    rows.push([codename, `clang ${version}`, await build(product, state, codename, version)]);
    process.stderr.write(`${rows.at(-1)?.join(' | ')}\n`);
  }
  const lines = [
    `Measured on ${new Date().toISOString().slice(0, 10)}.`,
    '',
    ...markdownTable(['compiler of', 'kernel', 'hello'], rows),
  ];
  await writeBetweenMarks(values.output ?? join(PROJECT, 'docs/corpus-kernels.md'), 'clang', lines);
}

async function build(
  product: Product,
  state: string,
  codename: string,
  version: string,
): Promise<string> {
  const [work, output] = [join(state, `work-${codename}`), join(state, 'home/out')];
  await run('rm', ['-rf', '--', work, output]);
  await mkdir(work);
  const release = `6.1.99-clang-${codename}`;
  const key = await makeArchiveKey(work);
  try {
    const sources = await writeArchive(work, key, { codename, release, version });
    const tree = await exampleDirectory('hello', work);
    const wish = ['--sources', sources, '-k', release, '--no-cache', '-o', output];
    const { error } = await product.ask('bmdeb', [...wish, tree], state);
    const [deb] = (await readdir(output).catch(() => [])).filter((one) => one.endsWith('.deb'));
    if (deb === undefined) return `not built: ${error}`;
    await run('dpkg-deb', ['-x', join(output, deb), join(work, 'unpacked')]);
    const [module = ''] = await moduleFiles(join(work, 'unpacked'));
    const headers = ['--headers', join(work, 'tree')];
    const verify = await product.ask('verify', [...headers, join(output, deb)], state);
    // The section .comment names the compiler.
    const { bytes } = await plainModule(module);
    const by =
      /Debian clang version [\d.]+/.exec(bytes.toString('latin1'))?.[0] ?? 'another compiler';
    return verify.status === 0 ? `built by ${by}, verified` : `built by ${by}; ${verify.error}`;
  } finally {
    await releaseArchiveKey(key);
  }
}

/** Returns a .list file of an archive with the headers. */
async function writeArchive(
  directory: string,
  key: ArchiveKey,
  { codename, release, version }: { codename: string; release: string; version: string },
): Promise<string> {
  const tree = join(directory, 'tree');
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const config = clangConfig(major * 10000 + minor * 100 + patch);
  await wholeHeaders(tree, { release, utsVersion: '#1 SMP', config });
  const name = `linux-headers-${release}`;
  const wanted = fixturePackages(`${name} 6.1.99-1 amd64`);
  const packages = await writeFixtureDebs(join(directory, 'debs'), wanted, { [name]: tree });
  const suite = { codename, origin: 'Clang', architectures: ['amd64'], packages };
  const archive = join(directory, 'archive');
  await writeArchiveSuite(archive, suite, key);
  const file = join(directory, 'clang.list');
  const source = { uri: `file:${archive}`, suites: [codename], signedBy: key.publicFile };
  await writeFile(file, listSource(source));
  return file;
}
