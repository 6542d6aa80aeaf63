import { expect, test } from 'vitest';
import { run } from '../../../src/system/process/run.ts';

const together = { memoryBytes: 64 * 1024 * 1024, processes: 20 };
const bash = (script: string) =>
  run('bash', ['--norc', '-c', script], { together, timeoutSeconds: 30 });

test.each([
  ['starts more than 20 processes', 'for i in {1..60}; do sleep 30 & done; wait'],
  ['starts more than 20 processes', 'f() { (f); }; f'],
  [
    'takes more than 64 MiB of memory',
    'for i in {1..4}; do head -c 30m /dev/zero | tail -c 30m >/dev/null & done; sleep 30',
  ],
])('a program that %s is ended', async (words, script) => {
  await expect(bash(script)).rejects.toMatchObject({
    code: 'tool-resources',
    message: expect.stringContaining(words),
  });
});

test('a program that keeps within the limits answers', async () => {
  const { stdout } = await bash('for i in {1..10}; do sleep 0.2 & done; wait; echo done');
  expect(stdout).toBe('done\n');
});
