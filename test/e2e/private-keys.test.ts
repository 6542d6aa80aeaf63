import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { exampleDirectory } from '../support/example.ts';
import { dkmsDeb, dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';

const packed = async (deb = '') => (await run('dpkg-deb', ['-c', deb])).stdout;

test('init does not list a private key, and build refuses it, whatever its name is, unless it is allowed by name', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await mkdir(join(tree, 'certs'));
  const key = ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  await run('openssl', [...key, '-out', join(tree, 'certs/extra.h')]);
  await run('openssl', [...key, '-outform', 'DER', '-out', join(tree, 'notes.txt')]);
  const build = (...args: string[]) =>
    dkmsDeb(sandbox, ['build', '-o', sandbox.out, ...args, tree]);

  // Nobody has seen a list yet: nothing is built.
  const unseen = await build();
  expect(unseen.exitStatus).toBe(1);
  expect(unseen.stderr).toContain('certs/extra.h');
  expect(unseen.stderr).toContain('notes.txt');

  const written = await dkmsDeb(sandbox, ['init', tree]);
  expect(written.stderr.match(/private key/g)).toHaveLength(1);
  expect(written.stderr).toContain('certs/extra.h, notes.txt');
  const list = join(tree, 'debian/hello-dkms.install');
  expect(await readFile(list, 'utf8')).not.toMatch(/certs|notes/);
  const without = await build();
  expect(without.exitStatus, without.stderr).toBe(0);
  expect(await packed(without.stdout.split('\n')[0])).not.toMatch(/certs|notes/);
  expect((await build('-S')).stderr).toContain('private key');

  // A person lists one all the same.
  await copyFile(list, `${list}.before`);
  await run('sh', ['-c', `echo 'notes.txt usr/src/hello-1.0/' >>${list}; rm ${list}.before`]);
  expect((await build()).stderr).toContain('notes.txt');
  await rm(list);

  const allowed = ['--allow-file', 'notes.txt', '--allow-file', 'certs/extra.h'];
  await dkmsDebLines(sandbox, ['init', ...allowed, tree]);
  // Remembered by the next runs.
  const again = await dkmsDeb(sandbox, ['init', tree]);
  expect(again.stderr).not.toContain('private key');
  const full = await build('-F');
  expect(full.exitStatus, full.stderr).toBe(0);
  const deb = full.stdout.split('\n').find((path) => path.endsWith('.deb'));
  expect(await packed(deb)).toMatch(/certs\/extra\.h[\s\S]*notes\.txt/);
  await rm(join(tree, 'debian'), { recursive: true });
  expect((await build(...allowed)).exitStatus).toBe(0);
});
