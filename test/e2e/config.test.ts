import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import {
  call,
  dkmsDeb,
  dkmsDebLines,
  type Sandbox,
  sandboxTest as test,
} from '../support/sandbox.ts';

async function userFile({ env }: Sandbox, text: string): Promise<string> {
  const directory = join(env.HOME ?? '', '.config/dkms-deb');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'config.yaml'), text);
  return join(directory, 'config.yaml');
}

/** The compression of a package's data, by the name of its member. */
async function compressionOf(sandbox: Sandbox, file: string): Promise<string> {
  const { stdout } = await call(sandbox, 'ar', ['t', file]);
  return /^data\.tar\.?(\w*)$/m.exec(stdout)?.[1] ?? 'none';
}

test('build uses the compression of the user’s configuration and says so; the command line takes precedence', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const file = await userFile(sandbox, 'compression: zstd\n');
  const built = await dkmsDeb(sandbox, ['build', '-o', sandbox.out, tree]);
  expect(built.exitStatus, built.output).toBe(0);
  expect(built.stderr).toContain(`Settings from ${file}: compression. Options`);
  const deb = built.stdout.split('\n').find((line) => line.endsWith('.deb')) ?? '';
  expect(await compressionOf(sandbox, deb)).toBe('zst');
  const other = join(sandbox.directory, 'other');
  const lines = await dkmsDebLines(sandbox, ['build', '-o', other, '--compression', 'xz', tree]);
  const xz = lines.find((line) => line.endsWith('.deb')) ?? '';
  expect(await compressionOf(sandbox, xz)).toBe('xz');
});

test('config shows each value and its file; a wrong key is an error for every command', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  const file = await userFile(sandbox, 'meta: loose\njobs: 2\n');
  await writeFile(join(tree, 'dkms-deb.yaml'), 'drivers: [.]\nmeta: fallback\n');
  const shown = await dkmsDebLines(sandbox, ['config', tree]);
  expect(shown.map((line) => line.split(/ {2,}/))).toEqual([
    ['key', 'value', 'from', 'for'],
    ['meta', 'fallback', join(tree, 'dkms-deb.yaml'), 'bmdeb'],
    ['jobs', '2', file, 'bmdeb'],
  ]);
  await writeFile(join(tree, 'dkms-deb.yaml'), 'drivers: [.]\nmaintaner: x\n');
  const wrong = await dkmsDeb(sandbox, ['build', '-o', sandbox.out, tree]);
  expect(wrong.exitStatus).toBe(1);
  expect(wrong.stderr).toContain(`${tree}/dkms-deb.yaml:2: unknown key "maintaner"`);
  expect(wrong.stderr).toContain('Did you mean maintainer?');
});

test('init uses the maintainer of the user’s configuration if the environment has none', async ({
  sandbox,
}) => {
  const tree = await exampleDirectory('hello', sandbox.directory);
  await userFile(sandbox, 'maintainer: Home Owner <home@example.org>\n');
  const env = { DEBFULLNAME: '', DEBEMAIL: '' };
  const { stderr } = await dkmsDeb(sandbox, ['init', '--explain', '--dry-run', tree], { env });
  expect(stderr).toMatch(/maintainer: Home Owner <home@example.org> \(.*config\.yaml\)/);
});
