import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { asRoot } from '../../support/as-root.ts';
import { exampleDirectory } from '../../support/example.ts';
import { killAfter } from '../../support/kill-after.ts';
import { dkmsDeb, dkmsDebLines, makeSandbox, sandboxTest as test } from '../../support/sandbox.ts';

test('after kill -9 there is no package, and the next run removes what was left', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const before = await readdir(tree);
  let killed = 0;
  for (const milliseconds of [300, 700, 1200, 1800]) {
    const args = ['rpm', '-F', '-q', '-o', sandbox.out, tree];
    if (await killAfter(sandbox, args, milliseconds)) killed++;
    const written = (await readdir(sandbox.out).catch(() => [])).filter(
      (name) => !name.startsWith('.'),
    );
    expect([0, 2]).toContain(written.length);
  }
  expect(killed).toBeGreaterThan(0);
  await dkmsDebLines(sandbox, ['rpm', '-F', '-q', '-o', sandbox.out, tree]);
  expect((await readdir(sandbox.out)).sort()).toEqual([
    'hello-dkms-1.0-1.noarch.rpm',
    'hello-dkms-1.0-1.src.rpm',
  ]);
  expect(await readdir(sandbox.tmp)).toEqual([]);
  expect(await readdir(tree)).toEqual(before);
});

test.each(['16k', '32k', '48k'])(
  'a full disk of %s is named, and nothing is left on it',
  async (size) => {
    await withTemporaryDirectory('e2e', async (directory) => {
      const sandbox = await makeSandbox(directory);
      const tree = await exampleDirectory('hello', directory);
      const small = join(directory, 'small');
      await mkdir(small);
      await asRoot([
        'mount',
        '-t',
        'tmpfs',
        '-o',
        `size=${size},mode=777`,
        'dkms-deb-rpm-test',
        small,
      ]);
      try {
        const { exitStatus, stderr } = await dkmsDeb(
          sandbox,
          ['rpm', '-F', '-o', sandbox.out, tree],
          {
            env: { TMPDIR: small },
          },
        );
        expect(exitStatus).toBe(1);
        expect(stderr).toContain('no space left on device');
        expect(stderr).toContain('set TMPDIR to a directory with free space');
        expect(await readdir(small)).toEqual([]);
        expect(await readdir(sandbox.out).catch(() => [])).toEqual([]);
      } finally {
        await asRoot(['umount', small]);
      }
    });
  },
);
