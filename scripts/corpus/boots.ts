/**
 * Boots the newest kernel of suites in QEMU, and loads the module of examples/hello from the package that bmdeb
 * --suite has built for it.
 *
 *   npm run corpus -- boots [-w DIR] [-o FILE] [SUITE | SUITE/arm64]…
 *
 * The default is trixie, trixie-backports and sid for amd64, and trixie/arm64. A boot takes minutes, because KVM is not
 * used. amd64 needs qemu-system-x86, and dpkg installs the package in the machine. arm64 needs qemu-system-arm; there
 * busybox loads the module. The table is written between the marks `boots` of FILE (default: docs/corpus-kernels.md).
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../src/system/process/run.ts';
import { exampleDirectory } from '../../test/support/example.ts';
import { PROJECT } from '../../test/support/project.ts';
import { giveToNobody } from '../../test/support/real-dkms-build.ts';
import { type BootResult, bootAmd64, bootArm64 } from './boot-machine.ts';
import { fetchImage } from './kernel-image.ts';
import { markdownTable, writeBetweenMarks } from './markdown.ts';
import { Product } from './product.ts';

const WISHES = ['trixie', 'trixie-backports', 'sid', 'trixie/arm64'];

export async function corpusBoots(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      work: { type: 'string', short: 'w' },
      output: { type: 'string', short: 'o' },
    },
  });
  const state = resolve(values.work ?? join(PROJECT, '.cache/corpus-boots'));
  const product = await Product.copy(PROJECT, join(state, 'product'));
  await mkdir(join(state, 'home'), { recursive: true });
  await giveToNobody(state, [join(state, 'home')]);
  const rows: string[][] = [];
  for (const wish of positionals.length > 0 ? positionals : WISHES) {
    const [suite = '', architecture = 'amd64'] = wish.split('/');
    const row = await boot(product, state, suite, architecture);
    process.stderr.write(`${row.join(' | ')}\n`);
    rows.push(row);
  }
  const lines = [
    `Booted on ${new Date().toISOString().slice(0, 10)} with QEMU, without KVM.`,
    '',
    ...markdownTable(['suite', 'arch', 'kernel', 'compiler', 'in the machine'], rows),
  ];
  await writeBetweenMarks(values.output ?? join(PROJECT, 'docs/corpus-kernels.md'), 'boots', lines);
}

async function boot(
  product: Product,
  state: string,
  suite: string,
  architecture: string,
): Promise<string[]> {
  const tree = join(state, 'hello');
  await rm(tree, { recursive: true, force: true });
  await exampleDirectory('hello', state);
  const output = join(state, 'home/out');
  await rm(output, { recursive: true, force: true });
  const wish = ['--suite', suite, '--arch', architecture];
  const newest = ['--flavour', architecture, '--latest', '1'];
  const listed = await product.ask('kernels', [...wish, ...newest], state);
  const [kernel] = (listed.json?.kernels ?? []) as { release: string; compiler: string }[];
  if (kernel === undefined) return [suite, architecture, '', '', `no kernel: ${listed.error}`];
  const { release, compiler } = kernel;
  const head = [suite, architecture, release, compiler];
  const built = await product.ask('bmdeb', [...wish, '-k', release, '-o', output, tree], state);
  const [name] = (await readdir(output).catch(() => [])).filter((one) => one.endsWith('.deb'));
  if (name === undefined) return [...head, `not built: ${built.error}`];
  const image = await fetchImage(suite, architecture, release, join(state, 'images'));
  const request = { release, image, deb: join(output, name) };
  const result =
    architecture === 'amd64' ? await bootAmd64(request, state) : await bootArm64(request, state);
  await run('rm', ['-rf', '--', image.directory]);
  return [...head, describe(result, release)];
}

function describe({ release, said, loaded, log }: BootResult, wanted: string): string {
  if (release !== wanted) return `booted ${release || 'nothing'}: ${log}`;
  if (!loaded || !said.includes('Hello, world!')) return `not loaded: ${log}`;
  return 'module loaded, /proc/hello answers, module unloaded';
}
