import { expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';

const together = { memoryBytes: 64 * 1024 * 1024, processes: 20 };
const bash = (script: string) =>
  run('bash', ['--norc', '-c', script], { together, timeoutSeconds: 50 });

test.each([
  ['starts more than 20 processes', 'for i in {1..60}; do sleep 30 & done; wait'],
  ['starts more than 20 processes', 'f() { (f); }; f'],
  [
    'takes more than 64 MiB of memory',
    'for i in {1..4}; do { x=$(head -c 30m /dev/zero | tr "\\0" x); sleep 60; } & done; wait',
  ],
])('a program that %s is ended', { timeout: 60_000 }, async (words, script) => {
  await expect(bash(script)).rejects.toMatchObject({
    code: 'tool-resources',
    message: expect.stringContaining(words),
  });
});

test('a program that keeps within the limits answers', async () => {
  const { stdout } = await bash('for i in {1..10}; do sleep 0.2 & done; wait; echo done');
  expect(stdout).toBe('done\n');
});

test('a program that only sleeps is ended, one that works for longer is not', async () => {
  const idle = { ...together, idleSeconds: 0.5 };
  const options = { together: idle, timeoutSeconds: 30 };
  const asleep = run('bash', ['-c', 'sleep 30; :'], options);
  await expect(asleep).rejects.toMatchObject({
    code: 'tool-resources',
    message: expect.stringContaining('does nothing for 0.5 s'),
  });
  const awake = 'end=$((SECONDS + 2)); while ((SECONDS < end)); do :; done; echo done';
  expect((await run('bash', ['-c', awake], options)).stdout).toBe('done\n');
}, 60_000);

test('a limit of CPU time counts children that have ended', async () => {
  const options = { together: { ...together, cpuSeconds: () => 1 }, timeoutSeconds: 60 };
  const script = 'while :; do timeout 0.3 bash -c "while :; do :; done"; done';
  await expect(run('bash', ['-c', script], options)).rejects.toMatchObject({
    code: 'tool-resources',
    message: expect.stringContaining('takes more than 1 s of CPU time'),
  });
}, 120_000);
