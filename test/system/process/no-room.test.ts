import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SystemError } from '../../../src/errors.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { explainNoRoom, registerPlace, roomIn } from '../../../src/system/process/no-room.ts';
import { run } from '../../../src/system/process/run.ts';

/** Fails with ENOSPC, without a path, as every write(2) does. */
async function writeToFullDevice(): Promise<void> {
  const full = await open('/dev/full', 'w');
  await full.writeFile('x').finally(() => full.close());
}

test('bug: a full disk was reported without its directory', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    registerPlace(directory, '-o DIR');
    const error = await writeToFullDevice().catch((cause) => explainNoRoom(cause));
    expect(error).toMatchObject({ code: 'disk-full', message: 'no space left on device' });
    // The one with the least free space of all that were registered.
    expect((error as SystemError).where?.file).toMatch(/^\//);
  });
});

test('a path in the error is the place', () => {
  const error = Object.assign(new Error(), { code: 'ENOSPC', path: '/from', dest: '/to/file' });
  expect(explainNoRoom(error)).toMatchObject({ code: 'disk-full', where: { file: '/to/file' } });
});

test("bug: a tool's full disk was the failure of the tool", async () => {
  const failed = run('sh', ['-c', 'echo "cc1: error: No space left on device"; exit 2']);
  const error = await failed.catch((cause) => explainNoRoom(cause));
  expect(error).toMatchObject({
    code: 'disk-full',
    output: ['cc1: error: No space left on device'],
  });
});

test('a limit on the size of files is not a full disk', () => {
  const error = Object.assign(new Error(), { code: 'EFBIG', syscall: 'write' });
  expect(explainNoRoom(error)).toMatchObject({
    code: 'write-limit',
    message: 'a file cannot be written: file too large (EFBIG)',
    hint: 'Raise the limit on the size of files: ulimit -f.',
  });
});

test('other errors stay as they are', async () => {
  const own = new SystemError('x', 'No space left on device');
  const failed = await run('false', []).catch((error: unknown) => error);
  const missing = await writeFile('/nonexistent/x', '').catch((error: unknown) => error);
  for (const error of [own, failed, missing, undefined]) expect(explainNoRoom(error)).toBe(error);
});

test('withTemporaryDirectory explains them while the disk is still full', async () => {
  const failed = withTemporaryDirectory('test', async (directory) => {
    await writeFile(join(directory, 'x'), '');
    await writeToFullDevice();
  });
  await expect(failed).rejects.toMatchObject({ code: 'disk-full' });
});

test('the free space of a directory that is not there is unknown', () => {
  expect(roomIn('/nonexistent')).toBeUndefined();
  expect(roomIn('/dev/shm')).toBeGreaterThan(0);
});
