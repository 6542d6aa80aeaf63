import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { READING_LIMITS } from '../../../src/system/process/limits.ts';
import { run } from '../../../src/system/process/run.ts';

const options = { ...READING_LIMITS, timeoutSeconds: 15 };

test('an endless makefile stops at the memory limit', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await symlink('/dev/zero', join(directory, 'Makefile'));
    const asked = run('make', ['-f', 'Makefile'], { ...options, cwd: directory });
    await expect(asked).rejects.toThrow(/^make (?:wrote more than|-f Makefile ended)/);
  });
});

test('a limit does not change the output of a program', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await writeFile(join(directory, 'Makefile'), 'all: ; @echo yes\n');
    expect((await run('make', ['-s'], { ...options, cwd: directory })).stdout).toBe('yes\n');
  });
});

test('the error names the missing program, not prlimit', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const bin = join(directory, 'bin');
    await mkdir(bin);
    await symlink('/usr/bin/prlimit', join(bin, 'prlimit'));
    const asked = run('make', [], { ...options, env: { PATH: bin } });
    await expect(asked).rejects.toMatchObject({
      code: 'tool-missing',
      message: 'make is not installed or cannot be run',
    });
  });
});
