import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listSourceTree } from '../../../src/dkms/source/source-tree.ts';
import { stageBeside } from '../../../src/package/dkms/files-beside.ts';
import { readPackaging } from '../../../src/package/packaging.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const CONTROL =
  'Source: x\nMaintainer: A <a@b.org>\n\nPackage: x-dkms\nArchitecture: all\nDescription: x\n';
const CHANGELOG =
  'x (1.0) unstable; urgency=medium\n\n  * First.\n\n -- A <a@b.org>  Sat, 21 Nov 2026 00:00:00 +0000\n';

/** Returns the files beside the source and the problems, for a tree with these files. */
async function beside(files: Readonly<Record<string, string>>) {
  return withTemporaryDirectory('test', async (directory) => {
    const all = { 'debian/control': CONTROL, 'debian/changelog': CHANGELOG, ...files };
    for (const [name, text] of Object.entries(all)) {
      await mkdir(join(directory, name, '..'), { recursive: true });
      await writeFile(join(directory, name), text);
    }
    const entries = await listSourceTree(directory, { withPackaging: true });
    const problems: string[] = [];
    const tree = await stageBeside(
      await readPackaging(join(directory, 'debian')),
      { directory, entries, variables: new Map() },
      ({ message }) => problems.push(message),
    );
    const paths = tree.entries().flatMap(({ type, path }) => (type === 'directory' ? [] : [path]));
    return { paths, problems };
  });
}

test.each([
  [
    'manpages',
    { 'debian/x-dkms.manpages': 'built.8\nx.8\n', 'x.8': '.TH X 8\n' },
    'usr/share/man/man8/x.8.gz',
    /built\.8/,
  ],
  [
    'links',
    { 'debian/x-dkms.links': 'a\nusr/lib/a usr/lib/b\n' },
    'usr/lib/b',
    /the target and the name/,
  ],
])(
  'bug: after a wrong line of .%s the other lines were left out',
  async (_, files, path, problem) => {
    const found = await beside(files);
    expect(found).toEqual({ paths: [path], problems: [expect.stringMatching(problem)] });
  },
);
