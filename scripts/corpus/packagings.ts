/**
 * Compares `dkms-deb build` with dpkg-buildpackage for the debian/ of trees, path by path.
 *
 *   npm run corpus -- packagings [--product DIR] [-o FILE] DIR…
 *
 * DIR is an unpacked source package. The table is printed, or written between the marks `packagings` of
 * FILE.
 */
import { chmod, cp, mkdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { PROJECT } from '../../test/support/project.ts';
import { giveToNobody } from '../../test/support/real-dkms-build.ts';
import { markdownTable, writeBetweenMarks } from './markdown.ts';
import { measurePackaging } from './measure-packaging.ts';
import { packagingRow } from './packaging-table.ts';
import { Product } from './product.ts';

export async function corpusPackagings(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { product: { type: 'string' }, output: { type: 'string', short: 'o' } },
  });
  if (positionals.length === 0) throw new Error('no trees: name unpacked source packages');
  const rows: string[][] = [];
  for (const tree of positionals.map((each) => resolve(each))) {
    const row = await withTemporaryDirectory('packaging', async (directory) => {
      await chmod(directory, 0o755);
      const from = resolve(values.product ?? PROJECT);
      const product = await Product.copy(from, join(directory, 'product'));
      const name = basename(tree).replace(/^.*\+/, '');
      const [ours, theirs] = [
        join(directory, 'home/ours', name),
        join(directory, 'home/theirs', name),
      ];
      for (const copy of [ours, theirs]) {
        await mkdir(join(copy, '..'), { recursive: true });
        await cp(tree, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
      }
      await giveToNobody(directory, [join(directory, 'home')]);
      const { record } = await measurePackaging(product, ours, theirs, directory);
      return packagingRow(await readFile(join(tree, 'debian/changelog'), 'utf8'), record);
    });
    rows.push(row);
    process.stderr.write(`${row.join(' | ')}\n`);
  }
  const head = ['source package', 'dpkg-buildpackage', 'dkms-deb build', 'payload', 'says'];
  const lines = markdownTable(head, rows);
  if (values.output === undefined) process.stdout.write(`${lines.join('\n')}\n`);
  else await writeBetweenMarks(values.output, 'packagings', lines);
}
