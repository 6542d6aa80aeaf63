import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { installedKernels } from '../support/kernels.ts';
import { pathWithout } from '../support/path-without.ts';
import { dkmsDeb, sandboxTest as test } from '../support/sandbox.ts';

// Only of such kernels can modules have BTF: 6.12 of Debian's.
const kernels = (await installedKernels()).filter((release) =>
  existsSync(`/lib/modules/${release}/build/vmlinux`),
);

test('bug: make failed without pahole where the headers carry a vmlinux', async ({ sandbox }) => {
  expect(kernels).not.toEqual([]);
  const tree = await exampleDirectory('hello', sandbox.directory);
  const PATH = await pathWithout(/^pahole$/, sandbox);
  const wanted = kernels.flatMap((release) => ['-k', release]);
  const args = ['bmdeb', ...wanted, '-o', sandbox.out, tree];
  const result = await dkmsDeb(sandbox, args, { env: { PATH } });
  expect(result.exitStatus, result.output).toBe(0);
  const notes = result.stderr.split('\n').filter((line) => line.includes('BTF'));
  expect(notes).toEqual([
    expect.stringMatching(/^pahole is not installed: the modules have no BTF.*apt install pahole$/),
  ]);
});
