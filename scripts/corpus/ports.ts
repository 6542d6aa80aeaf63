/**
 * Builds examples/hello for the newest kernel of each flavour of architectures other than this machine's, with the
 * cross compilers of Debian, and verifies the packages.
 *
 *   npm run corpus -- ports [-w DIR] [-o FILE] [SUITE/ARCH]…
 *
 * The default is every architecture for which bookworm, trixie and sid have kernels and amd64 has a cross compiler,
 * except arm64, which `corpus -- kernels` builds for. The table is written between the marks `ports` of FILE (default:
 * docs/corpus-kernels.md). A run downloads about 1 GB.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../src/system/process/run.ts';
import { exampleDirectory } from '../../test/support/example.ts';
import { PROJECT } from '../../test/support/project.ts';
import { giveToNobody } from '../../test/support/real-dkms-build.ts';
import { buildAndVerify } from './kernel-build.ts';
import type { DriverResult } from './kernels-table.ts';
import { markdownTable, writeBetweenMarks } from './markdown.ts';
import { Product } from './product.ts';

const WISHES = [
  ...['i386', 'armhf', 'armel', 'ppc64el', 's390x', 'mips64el', 'mipsel'].map(
    (architecture) => `bookworm/${architecture}`,
  ),
  ...['armhf', 'armel', 'riscv64', 'ppc64el', 's390x'].map(
    (architecture) => `trixie/${architecture}`,
  ),
  ...['armhf', 'riscv64', 'ppc64el', 's390x', 'loong64'].map(
    (architecture) => `sid/${architecture}`,
  ),
];

export async function corpusPorts(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      work: { type: 'string', short: 'w' },
      output: { type: 'string', short: 'o' },
    },
  });
  const state = resolve(values.work ?? join(PROJECT, '.cache/corpus-ports'));
  const product = await Product.copy(PROJECT, join(state, 'product'));
  await mkdir(join(state, 'home'), { recursive: true });
  await giveToNobody(state, [join(state, 'home')]);
  await run('rm', ['-rf', '--', join(state, 'hello')]);
  const tree = await exampleDirectory('hello', state);
  const rows: string[][] = [];
  for (const wish of positionals.length > 0 ? positionals : WISHES) {
    const [suite = '', architecture = ''] = wish.split('/');
    rows.push(...(await buildFor(product, state, tree, suite, architecture)));
    // The table is written after each architecture, so that the rows of a run that is stopped are not lost.
    await writeTable(values.output ?? join(PROJECT, 'docs/corpus-kernels.md'), rows);
  }
}

async function writeTable(file: string, rows: readonly string[][]): Promise<void> {
  const head = ['suite', 'arch', 'kernel', 'compiler', 'hello'];
  const day = new Date().toISOString().slice(0, 10);
  await writeBetweenMarks(file, 'ports', [`Measured on ${day}.`, '', ...markdownTable(head, rows)]);
}

/** Returns a row for each flavour of the architecture. */
async function buildFor(
  product: Product,
  state: string,
  tree: string,
  suite: string,
  architecture: string,
): Promise<string[][]> {
  const wish = ['--suite', suite, '--arch', architecture];
  const listed = await product.ask('kernels', [...wish, '--latest', '1'], state);
  const kernels = (listed.json?.kernels ?? []) as { release: string; compiler: string }[];
  if (kernels.length === 0) return [[suite, architecture, '', '', `no kernel: ${listed.error}`]];
  const rows: string[][] = [];
  for (const { release, compiler } of kernels) {
    const one = await buildAndVerify(product, [...wish, '-k', release], tree, state);
    const said = one.verified ? `built and verified in ${one.seconds} s` : reasonOf(one);
    rows.push([suite, architecture, release, compiler, said]);
    process.stderr.write(`${rows.at(-1)?.join(' | ')}\n`);
  }
  for (const name of ['tree', 'unpacked', 'toolchain']) {
    await run('rm', ['-rf', '--', join(state, 'home/.cache/dkms-deb/headers', name)], {
      timeoutSeconds: 1800,
    });
  }
  return rows;
}

/** Returns why a build failed, in at most 20 words: docs/ allows a cell no more than 25. */
function reasonOf({ status, reason, output }: Omit<DriverResult, 'name'>): string {
  const said = output.find((line) => /error|Not Found/i.test(line)) ?? '';
  return `${status}: ${reason} ${said}`.split(/\s+/).slice(0, 20).join(' ');
}
