import { existsSync, mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { cleanEnvironment } from '../../../src/system/process/clean-environment.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { withEnvironment } from '../../support/environment.ts';
import { until } from '../../support/until.ts';

const bash = (script: string, options = {}) => run('bash', ['-c', script], options);

/** Whether a process exists and is not a zombie. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return !/^State:\t[XZ]/m.test(status);
}

async function isGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 200; i++) {
    if (!(await isAlive(pid))) return true;
    await sleep(50);
  }
  return false;
}

describe('results', () => {
  test('stdout and stderr are returned separately and together', async () => {
    const result = await bash('echo out; echo err >&2');
    expect(result).toMatchObject({ exitStatus: 0, stdout: 'out\n', stderr: 'err\n' });
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
    expect([...result.bytes]).toEqual([...Buffer.from('out\n')]);
  });

  test('a program gets the input, and may ignore it', async () => {
    expect((await run('cat', [], { input: 'grüße' })).stdout).toBe('grüße');
    expect((await run('true', [], { input: 'x'.repeat(5_000_000) })).exitStatus).toBe(0);
  });

  test('without input, stdin is empty', async () => {
    expect((await bash('read x; echo "[$x]$?"')).stdout).toBe('[]1\n');
  });

  test.each([
    ['exit 3', 3],
    ['kill -9 $$', 137],
    ['kill -TERM $$', 143],
  ])('%s is status %i', async (script, status) => {
    expect((await bash(script, { accept: [status] })).exitStatus).toBe(status);
  });

  test('the environment of the caller is not passed on', async () => {
    const { stdout } = await withEnvironment({ MAKEFLAGS: '-k', CC: 'tcc' }, () =>
      run('env', [], { env: { KCFLAGS: '-g' } }),
    );
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.filter((name) => name !== 'TMPDIR').sort()).toEqual([
      ...['HOME', 'KCFLAGS', 'LC_ALL', 'PATH'],
    ]);
  });

  test('an empty PATH does not mean the current directory', async () => {
    const { PATH } = await withEnvironment({ PATH: '' }, () => cleanEnvironment());
    expect(PATH?.split(':')).not.toContain('');
  });
});

describe('failures', () => {
  test.each([
    ['bash', ['-c', 'echo why >&2; exit 4'], {}, 'tool-failed', 'ended with status 4'],
    ['bash', ['-c', 'kill -9 $$'], {}, 'tool-failed', 'was killed by SIGKILL'],
    ['no-such-tool', [], {}, 'tool-missing', 'no-such-tool is not installed'],
    ['/etc/passwd', [], {}, 'tool-missing', 'cannot be run'],
    // Bug: each of these was reported as "true is not installed".
    ['true', [], { cwd: '/nonexistent' }, 'tool-not-started', 'in /nonexistent: no such directory'],
    ['true', ['x'.repeat(200_000)], {}, 'tool-not-started', 'its arguments are too long'],
  ])('%s %j %j: %s', async (program, args, options, code, message) => {
    await expect(run(program, args, options)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  // Bug: bash was "not installed" when its working directory was replaced just before it started.
  test('a working directory that goes and comes back is not a missing program', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const cwd = join(directory, 'tree');
      const running = run('true', [], { cwd });
      // At once: the program has been started without the directory, and its error has not been looked at.
      mkdirSync(cwd);
      await expect(running).rejects.toMatchObject({
        code: 'tool-not-started',
        message: expect.stringMatching(/^cannot run \S+\/true in \S+: no such file or directory/),
        hint: expect.stringContaining(`Check that nothing moves ${cwd} meanwhile`),
      });
    });
  });

  test('the hint names the package of a missing program', async () => {
    const running = withEnvironment({ PATH: '/nonexistent' }, () =>
      run('zstd', [], { env: { PATH: '/nonexistent' } }),
    );
    await expect(running).rejects.toMatchObject({ hint: 'Install zstd: apt install zstd' });
  });

  test('the error has the last lines of output', async () => {
    await expect(bash('seq 100; exit 1')).rejects.toMatchObject({
      output: Array.from({ length: 15 }, (_, i) => String(86 + i)),
    });
  });
});

describe('no process stays behind', () => {
  test('a timeout also kills grandchildren', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const file = join(directory, 'pid');
      const running = bash(`bash -c 'sleep 60 & echo $! >${file}; wait'`, { timeoutSeconds: 1 });
      await expect(running).rejects.toMatchObject({ code: 'tool-timeout' });
      expect(await isGone(Number(await readFile(file, 'utf8')))).toBe(true);
    });
  });

  test('an abort kills the process group, and is an error even if every status is accepted', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const file = join(directory, 'pid');
      const stop = new AbortController();
      const script = `sleep 60 & echo $! >${file}.part; mv ${file}.part ${file}; wait`;
      const running = bash(script, { signal: stop.signal, accept: [0, 137] });
      const ended = expect(running).rejects.toMatchObject({ code: 'aborted' });
      await until(() => existsSync(file) || undefined);
      stop.abort();
      await ended;
      expect(await isGone(Number(await readFile(file, 'utf8')))).toBe(true);
    });
  });

  test('an aborted signal keeps the program from starting', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const file = join(directory, 'x');
      const running = run('touch', [file], { signal: AbortSignal.abort() });
      await expect(running).rejects.toMatchObject({ code: 'aborted' });
      expect(existsSync(file)).toBe(false);
    });
  });

  test('bug: run waited for a grandchild that keeps the streams open', async () => {
    const begun = Date.now();
    const result = await bash('sleep 61 & echo $!');
    expect(Date.now() - begun).toBeLessThan(15_000);
    expect(await isGone(Number(result.stdout))).toBe(true);
  });

  test('bug: run waited for a grandchild that left the process group', async () => {
    const begun = Date.now();
    expect((await bash('setsid sleep 30 & echo ok')).stdout).toBe('ok\n');
    expect(Date.now() - begun).toBeLessThan(15_000);
  });

  test('bug: the time limit waited for such a grandchild', async () => {
    const begun = Date.now();
    const running = bash('setsid sleep 30 & sleep 31', { timeoutSeconds: 0.2 });
    await expect(running).rejects.toMatchObject({ code: 'tool-timeout' });
    expect(Date.now() - begun).toBeLessThan(15_000);
  });

  test('output that a child writes shortly after the end is collected', async () => {
    // The shell exists until its end has been noticed. kill is part of bash: no program has to start meanwhile.
    const late = 'while kill -0 $$ 2>/dev/null; do :; done; echo late';
    expect((await bash(`(${late}) & echo soon`)).stdout).toBe('soon\nlate\n');
  });
});

describe('large outputs', () => {
  test('more than 64 MiB of output is an error', async () => {
    await expect(bash('yes | head -c 70000000')).rejects.toMatchObject({
      code: 'tool-output',
      message: 'bash wrote more than 64 MiB',
    });
  });

  test('bug: the output limit also applied to a log file', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const logFile = join(directory, 'log');
      const result = await bash('echo begin; yes | head -c 70000000; echo end', { logFile });
      expect(result.exitStatus).toBe(0);
      expect(result.output.length).toBeLessThan(10_000_000);
      expect(result.output).toMatch(/^begin\ny\n/);
      expect(result.output).toMatch(/\n\[…\]\n/);
      expect(result.output).toMatch(/y\nend\n$/);
    });
  });
});

describe('log files', () => {
  test('a log has both streams of several programs in the order of the writes', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const logFile = join(directory, 'log');
      await writeFile(logFile, 'first\n');
      const script = 'for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done';
      const result = await bash(script, { logFile });
      const written = [1, 2, 3, 4, 5].map((i) => `o${i}\ne${i}\n`).join('');
      expect(result).toMatchObject({ output: written, stdout: '', stderr: '' });
      await bash('echo last', { logFile });
      expect(await readFile(logFile, 'utf8')).toBe(`first\n${written}last\n`);
    });
  });

  test('the error has the last lines of the log', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const running = bash('echo why >&2; exit 1', { logFile: join(directory, 'log') });
      await expect(running).rejects.toMatchObject({ output: ['why'] });
    });
  });
});

test('bug: a program that had ended long ago was too slow if this process was busy', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'done');
    const started = performance.now();
    const asked = run('sh', ['-c', `echo done; : >${file}`], { timeoutSeconds: 1 });
    await sleep(50);
    // Until the time limit is over and the program has ended, however slow the machine is.
    const busy = () => performance.now() - started;
    while (busy() < 2000 || (!existsSync(file) && busy() < 15_000));
    expect((await asked).stdout).toBe('done\n');
  });
});
