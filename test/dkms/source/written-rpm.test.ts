import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writtenRpm } from '../../../src/dkms/source/written-rpm.ts';
import { run } from '../../../src/system/process/run.ts';
import { sandboxTest } from '../../support/sandbox.ts';

const MANIFEST = 'rpm/.dkms-deb.json';

async function rpmDirectory(directory: string, files: Readonly<Record<string, string>>) {
  await mkdir(join(directory, 'rpm'));
  for (const [path, text] of Object.entries(files)) await writeFile(join(directory, path), text);
}

sandboxTest(
  'the files that init wrote are packaging, other files of rpm/ are not',
  async ({ sandbox: { directory } }) => {
    const listed = JSON.stringify({ files: { 'x-dkms.spec': 'sha256' } });
    await rpmDirectory(directory, { [MANIFEST]: listed, 'rpm/x-dkms.spec': '' });
    const paths = ['rpm', MANIFEST, 'rpm/x-dkms.spec', 'rpm/rpm.c', 'x-dkms.spec', 'rpm.c'];
    expect(paths.filter(await writtenRpm(directory))).toEqual(paths.slice(0, 3));
    await writeFile(join(directory, 'rpm/rpm.c'), '');
    expect(paths.filter(await writtenRpm(directory))).toEqual(paths.slice(1, 3));
  },
);

sandboxTest(
  'a list that is no list, a fifo or a link out of the tree is none',
  async ({ sandbox: { directory } }) => {
    await rpmDirectory(directory, {});
    for (const make of ['printf "[" >"$0"', 'mkfifo "$0"', 'ln -s /dev/zero "$0"']) {
      await run('sh', ['-c', `rm -f "$0"; ${make}`, join(directory, MANIFEST)]);
      expect((await writtenRpm(directory))(MANIFEST), make).toBe(false);
    }
  },
);

test('a tree without rpm/ has none', async () => {
  expect((await writtenRpm('/nonexistent'))('rpm/x.spec')).toBe(false);
});
