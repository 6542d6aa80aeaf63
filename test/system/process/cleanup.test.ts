import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
import { withEnvironment } from '../../support/environment.ts';
import { until } from '../../support/until.ts';

test('a temporary directory is private and is removed', async () => {
  const path = await withTemporaryDirectory('purpose', async (directory) => {
    expect(directory).toContain('dkms-deb-purpose-');
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    await mkdir(join(directory, 'a/b'), { recursive: true });
    await chmod(join(directory, 'a'), 0o500);
    return directory;
  });
  expect(existsSync(path)).toBe(false);
});

/** Runs as nobody, because root may remove everything. */
async function unprivileged(work: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

/** Makes writable and read-only directories beside each other. */
async function fillWithClosed(directory: string): Promise<void> {
  for (let i = 0; i < 40; i++) {
    await mkdir(join(directory, `${i}/closed/in/it`), { recursive: true });
    await mkdir(join(directory, `${i}/open/in/it`), { recursive: true });
    await chmod(join(directory, `${i}/closed`), 0o500);
  }
}

test('bug: a temporary directory with read-only directories was not removed', async () => {
  await unprivileged(async () => {
    const path = await withTemporaryDirectory('test', async (directory) => {
      await fillWithClosed(directory);
      return directory;
    });
    expect(existsSync(path)).toBe(false);
  });
});

test('bug: nor was it removed when the process ended early', async () => {
  await unprivileged(async () => {
    await withTemporaryDirectory('test', async (directory) => {
      await fillWithClosed(directory);
      cleanUpNow();
      expect(existsSync(directory)).toBe(false);
    });
  });
});

test('a temporary directory is removed after an error, and the error is thrown', async () => {
  let path = '';
  const working = withTemporaryDirectory('test', async (directory) => {
    path = directory;
    throw new Error('no');
  });
  await expect(working).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

test('if no temporary directory can be made, the error names the parent', async () => {
  const working = withTemporaryDirectory('test', async () => 0, '/nonexistent');
  await expect(working).rejects.toMatchObject({
    code: 'temporary-directory',
    message:
      'cannot make a temporary directory in /nonexistent: no such file or directory (ENOENT)',
  });
});

test('cleanUpNow kills children and removes unfinished files', async () => {
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

test('bug: an interrupt left a directory into which somebody was still writing', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const script = 'i=0; while [ $i -lt 20000 ]; do : >"$1/$i"; i=$((i + 1)); done';
    const writer = spawn('sh', ['-c', script, 'writer', directory], { stdio: 'ignore' });
    const ended = once(writer, 'exit');
    await until(() => existsSync(join(directory, '100')) || undefined);
    cleanUpNow();
    expect(existsSync(directory)).toBe(false);
    await ended;
  });
});

test('bug: a relative TMPDIR meant a different directory to each child', async () => {
  await withTemporaryDirectory('test', (directory) =>
    withEnvironment({ TMPDIR: relative(process.cwd(), directory) }, () =>
      withTemporaryDirectory('inner', async (inner) => {
        expect(dirname(inner)).toBe(directory);
        const { stdout } = await run('sh', ['-c', 'echo "$TMPDIR"'], { cwd: inner });
        expect(stdout.trim()).toBe(directory);
      }),
    ),
  );
});
