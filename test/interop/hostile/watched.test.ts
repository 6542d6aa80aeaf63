import { availableParallelism, tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { leftProcesses } from '../../hostile/watch/left-processes.ts';
import { watched } from '../../hostile/watch/watched.ts';

const ENV = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };

/** A program that uses some seconds of CPU time. */
const burn = (seconds: number) => [
  process.execPath,
  '-e',
  `const used = () => process.cpuUsage().user + process.cpuUsage().system;
   while (used() < ${seconds * 1e6});`,
];
const look = (words: readonly string[], mostSeconds?: number) =>
  watched(words, { cwd: tmpdir(), env: ENV, mostSeconds });

test('the time of a command does not grow with the load of the machine', async () => {
  const begun = performance.now();
  const count = 4 * availableParallelism();
  const all = await Promise.all(Array.from({ length: count }, () => look(burn(1))));
  const clock = (performance.now() - begun) / 1000;
  expect(clock).toBeGreaterThan(3);
  for (const { seconds, status } of all) {
    expect(status).toBe(0);
    expect(seconds).toBeGreaterThan(0.7);
    expect(seconds).toBeLessThan(2);
  }
});

test('the CPU time of children that have ended counts', async () => {
  const [program = '', ...args] = burn(0.5);
  const { seconds } = await look(['sh', '-c', '"$@"; "$@"; "$@"; :', 'sh', program, ...args]);
  expect(seconds).toBeGreaterThan(1.2);
});

test('a command that sleeps is stopped, and its time is that of its sleep', async () => {
  const { seconds, stopped, signal } = await look(['sh', '-c', 'sleep 1000; :'], 1);
  expect({ stopped, signal }).toEqual({ stopped: 'sleep', signal: 'SIGKILL' });
  expect(seconds).toBeGreaterThan(1);
});

test('a command that works without end is stopped, with all its children', async () => {
  const mark = `987.${process.pid}`;
  const words = ['sh', '-c', `setsid sleep ${mark} & while :; do :; done`];
  const { stopped } = await look(words, 1);
  expect(stopped).toBe('cpu');
  expect(await leftProcesses('/nowhere', [mark])).toEqual([]);
});

test('the peak of memory is seen, and a process that outlives its command', async () => {
  const script = 'Buffer.alloc(200 * 1024 * 1024, 1); setTimeout(() => {}, 500)';
  const { mib } = await look([process.execPath, '-e', script]);
  expect(mib).toBeGreaterThan(200);
  const mark = `986.${process.pid}`;
  await look(['sh', '-c', `setsid sleep ${mark} >/dev/null 2>&1 &`]);
  expect(await leftProcesses('/nowhere', [mark], 1)).toEqual([`sleep ${mark}`]);
});
