import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isUnicode } from '../../../src/archive/bytes/path-bytes.ts';
import { readDeb } from '../../../src/archive/deb-reader.ts';
import { installedSize } from '../../../src/archive/staged/installed-size.ts';
import { md5sums } from '../../../src/archive/staged/md5sums.ts';
import { contentSize, type StagedEntry } from '../../../src/archive/staged/staged-entry.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { run } from '../../../src/system/process/run.ts';
import { CONTROL_TEXT, temporaryDirectory } from '../../support/archive-fixtures.ts';
import { makeRandomTree } from '../../support/random-tree.ts';

const temporary = temporaryDirectory();
const SEEDS = Array.from({ length: 12 }, (_, index) => 1000 + index);

/** A source package, as far as dpkg-gencontrol and dh_md5sums look at one. */
function sourcePackage(directory: string): void {
  mkdirSync(join(directory, 'debian'), { recursive: true });
  writeFileSync(
    join(directory, 'debian/control'),
    'Source: example\nMaintainer: A <a@b.org>\nBuild-Depends: debhelper-compat (= 13)\n\nPackage: example\nArchitecture: all\nDescription: x\n',
  );
  const trailer = ' -- A <a@b.org>  Tue, 14 Nov 2023 22:13:20 +0000';
  writeFileSync(
    join(directory, 'debian/changelog'),
    `example (1) unstable; urgency=low\n\n  * x\n\n${trailer}\n`,
  );
}

test.each(SEEDS)('Installed-Size is that of dpkg-gencontrol, tree %i', async (seed) => {
  const source = join(temporary, `size-${seed}`);
  sourcePackage(source);
  const root = join(source, 'debian/example');
  makeRandomTree(root, seed);
  rmSync(join(root, 'DEBIAN'), { recursive: true });
  const { stdout } = await run('dpkg-gencontrol', ['-pexample', `-P${root}`, '-O'], {
    cwd: source,
  });
  const size = /^Installed-Size: (\d+)$/m.exec(stdout)?.[1];
  expect(String(installedSize(await StagedTree.fromDirectory(root)))).toBe(size);
});

test.each(SEEDS)('md5sums is that of dh_md5sums, tree %i', async (seed) => {
  const source = join(temporary, `md5-${seed}`);
  sourcePackage(source);
  const root = join(source, 'debian/example');
  makeRandomTree(root, seed);
  // md5sum, called by dh_md5sums, reads a name that begins with a hyphen as an option.
  for (const name of readdirSync(root, { encoding: 'buffer' })) {
    if (name[0] === 0x2d)
      rmSync(Buffer.concat([Buffer.from(`${root}/`), name]), { recursive: true });
  }
  const conffiles = readdirSync(join(root, 'DEBIAN')).includes('conffiles')
    ? readFileSync(join(root, 'DEBIAN/conffiles'), 'utf8').trim().split('\n')
    : [];
  const tree = await StagedTree.fromDirectory(root);
  for (const { path } of tree.entries()) if (!isUnicode(path)) tree.delete(path);
  await run('dh_md5sums', ['-pexample'], { cwd: source });
  const theirs = readFileSync(join(root, 'DEBIAN/md5sums'));
  const utf8 = theirs
    .toString('latin1')
    .split('\n')
    .filter((line) => {
      const bytes = Buffer.from(line, 'latin1');
      return Buffer.from(bytes.toString('utf8')).equals(bytes);
    });
  expect(await md5sums(tree, { conffiles })).toBe(
    Buffer.from(utf8.join('\n'), 'latin1').toString('utf8'),
  );
});

/** The entry without where its content lies. */
function comparable(entry: StagedEntry): unknown {
  // tar puts the symlinks in when the directories have their times already, which changes them.
  if (entry.type === 'directory') return { ...entry, mtime: undefined };
  // tar-stream 3.2.2 cannot tell the last second of 1969 from the first one of 1970.
  const mtime = entry.mtime === -1 ? 0 : entry.mtime;
  if (entry.type !== 'file') return { ...entry, mtime };
  return { ...entry, mtime, content: contentSize(entry.content) };
}

test.each(SEEDS)('extractTo leaves what dpkg-deb -x leaves, tree %i', async (seed) => {
  const root = join(temporary, `extract-${seed}`);
  const { timestamp } = makeRandomTree(root, seed);
  writeFileSync(join(root, 'DEBIAN/control'), CONTROL_TEXT);
  const deb = `${root}.deb`;
  await run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '-b', root, deb], {
    env: { SOURCE_DATE_EPOCH: String(timestamp) },
  });
  await run('dpkg-deb', ['-x', deb, `${root}.theirs`]);
  await (await readDeb(deb)).extractTo(`${root}.ours`);
  const trees = [`${root}.ours`, `${root}.theirs`].map((path) => StagedTree.fromDirectory(path));
  const [ours, theirs] = await Promise.all(trees);
  expect(ours?.entries().map(comparable)).toEqual(theirs?.entries().map(comparable));
  await run('diff', ['-r', '--no-dereference', `${root}.ours`, `${root}.theirs`]);
});
