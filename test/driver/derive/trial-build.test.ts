import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Outcome, tryBuild } from '../../../src/driver/derive/trial-build.ts';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const LIMITS = { idle: 1, withoutObjects: 1 };

function trial(command: string): Promise<Outcome> {
  return withTemporaryDirectory('test', async (tree) => {
    await writeFile(join(tree, 'Makefile'), 'obj-m := m.o\n');
    return tryBuild(tree, command, referenceKernel(), { seconds: 120, limits: LIMITS });
  });
}

// Most of the commands sleep, so that two of them can do it at once.
describe.concurrent('bug: a trial build that never ends took 120 s', { timeout: 60_000 }, () => {
  test.each([
    ['sleeps', 'sleep 1000; true', 'does nothing for 1 s'],
    ['sleeps in the background', 'setsid sleep 1000 & wait', 'does nothing for 1 s'],
    ['reads a fifo', 'mkfifo f; cat f', 'does nothing for 1 s'],
    ['stops itself', 'kill -STOP $$', 'does nothing for 1 s'],
    ['counts', 'while :; do :; done', 'takes more than 1 s of CPU time'],
    ['starts programs', 'while :; do /bin/true; done', 'takes more than 1 s of CPU time'],
  ])('one that %s', async (_, command, words) => {
    const outcome = await trial(command);
    expect(outcome).toMatchObject({ kind: 'failed', words: expect.stringContaining(words) });
  });
});

test('a trial build that works for long, and has compiled a file, goes on', async () => {
  const work = 'timeout 4 sh -c "while :; do :; done"';
  const outcome = await trial(`: >.m.o.cmd; ${work}; : >m.ko; : >.m.ko.cmd`);
  expect(outcome).toEqual({ kind: 'built', modules: [{ name: 'm', folder: '' }] });
}, 60_000);

test('bug: a full disk during a trial build was taken for a driver that does not build', async () => {
  const said = [
    'm.c:1: fatal error: error writing to /tmp/x.s: No space left on device',
    "/tmp/x.s: Fatal error: can't write 3888 bytes to section .debug_info of m.o: 'Wrong format'",
  ];
  for (const line of said) {
    await expect(trial(`echo "${line}" >&2; false`)).rejects.toMatchObject({
      code: 'disk-full',
      output: [line],
    });
  }
});
