import { existsSync } from 'node:fs';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import {
  cleanUpNow,
  registerTemporary,
  withTemporaryDirectory,
} from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';

test('a temporary directory is private and goes', async () => {
  const path = await withTemporaryDirectory('purpose', async (directory) => {
    expect(directory).toContain('dkms-deb-purpose-');
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    await mkdir(join(directory, 'a/b'), { recursive: true });
    await chmod(join(directory, 'a'), 0o500);
    return directory;
  });
  expect(existsSync(path)).toBe(false);
});

/** root may remove everything: does the work as nobody. */
async function unprivileged(work: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

/** Directories that may be written into beside ones that may not. */
async function fillWithClosed(directory: string): Promise<void> {
  for (let i = 0; i < 40; i++) {
    await mkdir(join(directory, `${i}/closed/in/it`), { recursive: true });
    await mkdir(join(directory, `${i}/open/in/it`), { recursive: true });
    await chmod(join(directory, `${i}/closed`), 0o500);
  }
}

test('bug: it goes with directories that nobody may write into', async () => {
  await unprivileged(async () => {
    const path = await withTemporaryDirectory('test', async (directory) => {
      await fillWithClosed(directory);
      return directory;
    });
    expect(existsSync(path)).toBe(false);
  });
});

test('bug: so it does when the process ends early', async () => {
  await unprivileged(async () => {
    await withTemporaryDirectory('test', async (directory) => {
      await fillWithClosed(directory);
      cleanUpNow();
      expect(existsSync(directory)).toBe(false);
    });
  });
});

test('it goes after an error too, which is passed on', async () => {
  let path = '';
  const working = withTemporaryDirectory('test', async (directory) => {
    path = directory;
    throw new Error('no');
  });
  await expect(working).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

test('where none can be made, the error says where', async () => {
  const working = withTemporaryDirectory('test', async () => 0, '/nonexistent');
  await expect(working).rejects.toMatchObject({
    code: 'temporary-directory',
    message: 'cannot make a temporary directory in /nonexistent (ENOENT)',
  });
});

test('cleanUpNow ends children and removes what is half done', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const half = join(directory, 'half');
    await writeFile(half, '');
    registerTemporary(half);
    registerTemporary(join(directory, 'not-there'));
    registerTemporary(join(half, 'below-a-file'));
    const running = run('sleep', ['60']);
    cleanUpNow();
    expect(existsSync(half)).toBe(false);
    await expect(running).rejects.toThrow('SIGKILL');
  });
});

test('bug: a relative TMPDIR was another directory for each child', async () => {
  const before = process.env.TMPDIR;
  await withTemporaryDirectory('test', async (directory) => {
    try {
      process.env.TMPDIR = relative(process.cwd(), directory);
      await withTemporaryDirectory('inner', async (inner) => {
        expect(dirname(inner)).toBe(directory);
        const { stdout } = await run('sh', ['-c', 'echo "$TMPDIR"'], { cwd: inner });
        expect(stdout.trim()).toBe(directory);
      });
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
});
