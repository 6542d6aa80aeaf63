import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { trace, traceTo } from '../../../src/system/process/trace.ts';

afterEach(() => traceTo(undefined));

function listen(): string[] {
  const lines: string[] = [];
  traceTo((line) => lines.push(line.replace(/^\[\d+\]/, '[n]').replace(/\d+\.\d\d s$/, 'TIME')));
  return lines;
}

test('without a listener no lines are composed', () => {
  let asked = false;
  trace(() => {
    asked = true;
    return ['line'];
  });
  expect(asked).toBe(false);
});

test('the trace has the quoted command, its output and its status', async () => {
  const lines = listen();
  const script = "echo one; echo two >&2; exit 3 # it's";
  await run('sh', ['-c', script], { cwd: '/', accept: ANY_STATUS });
  expect(lines[0]).toBe(`[n] $ sh -c 'echo one; echo two >&2; exit 3 # it'\\''s' (in /)`);
  expect(lines.slice(1, -1).sort()).toEqual(['[n] | one', '[n] | two']);
  expect(lines.at(-1)).toBe('[n] status 3, TIME');
});

test('the trace has the last lines of output, all of a log, and no binary output', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'trace-'));
  try {
    const lines = listen();
    await run('seq', ['100']);
    expect(lines).toHaveLength(1 + 1 + 20 + 1);
    expect(lines.slice(1, 3)).toEqual(['[n] | … 80 lines …', '[n] | 81']);
    lines.length = 0;
    await run('seq', ['100'], { logFile: join(directory, 'log') });
    expect(lines).toHaveLength(1 + 100 + 1);
    lines.length = 0;
    await run('printf', ['a\\0b\\0']);
    expect(lines).toEqual(["[n] $ printf 'a\\0b\\0'", '[n] status 0, TIME']);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('the trace has only the beginning of a script', async () => {
  const lines = listen();
  await run('sh', ['-c', `true\n${'# more\n'.repeat(50)}`]);
  expect(lines[0]).toBe("[n] $ sh -c 'true […]'");
});

test('bug: the trace had the password in the URL of a repository', async () => {
  const lines = listen();
  const url = 'https://jane:s3cret@example.org/a.git';
  await run('echo', ['clone', '--', url]);
  expect(lines.slice(0, 2)).toEqual([
    '[n] $ echo clone -- https://example.org/a.git',
    '[n] | clone -- https://example.org/a.git',
  ]);
  const failed = run('false', [url]);
  await expect(failed).rejects.toThrow('false https://example.org/a.git ended with status 1');
});
