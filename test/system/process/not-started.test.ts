import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { type RunOptions, run } from '../../../src/system/process/run.ts';
import { errorOf } from '../../support/archive-fixtures.ts';

const LIMIT = { fileBytes: 1_000_000 };

/** The error of a script with this text, as ./script in another working directory, and by its path. */
async function errorsOf(text: string, options: RunOptions = {}) {
  return withTemporaryDirectory('test', async (directory) => {
    await writeFile(join(directory, 'script'), text, { mode: 0o755 });
    const relative = await errorOf(() => run('./script', [], { ...options, cwd: directory }));
    const whole = await errorOf(() => run(join(directory, 'script'), [], options));
    return [relative, whole].map(({ code, message, hint }) => [
      code,
      message.replaceAll(directory, 'DIR'),
      hint?.replaceAll(directory, 'DIR'),
    ]);
  });
}

test.each([
  ['directly', {}],
  ['with limits', LIMIT],
])(
  'bug: the error about a script did not name its missing interpreter (%s)',
  async (_, options) => {
    const missing = 'its interpreter /nonexistent/sh is missing';
    const [relative, whole] = await errorsOf('#! /nonexistent/sh -e\nexit 0\n', options);
    expect(relative).toEqual([
      'tool-not-started',
      `cannot run ./script in DIR: ${missing}`,
      'Install /nonexistent/sh, or correct the first line of ./script.',
    ]);
    expect(whole).toEqual([
      'tool-not-started',
      `cannot run DIR/script: ${missing}`,
      'Install /nonexistent/sh, or correct the first line of DIR/script.',
    ]);
  },
);

test('a script with the line ends of DOS has no interpreter', async () => {
  const [, whole] = await errorsOf('#!/bin/sh\r\nexit 0\r\n');
  expect(whole?.slice(1)).toEqual([
    'cannot run DIR/script: its interpreter "/bin/sh\\r" is missing',
    'Convert the line ends of DIR/script, which are of DOS (CRLF): dos2unix DIR/script',
  ]);
});

test('bug: a program with a relative path was looked up in the directory of dkms-deb', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await mkdir(join(directory, 'bin'));
    const running = () => run('bin/none', [], { cwd: directory });
    expect((await errorOf(running)).code).toBe('tool-missing');
    // A directory is there, but cannot be run.
    expect((await errorOf(() => run('./bin', [], { cwd: directory }))).code).toBe('tool-missing');
    await writeFile(join(directory, 'bin/none'), '#!/nonexistent/sh\n', { mode: 0o755 });
    expect((await errorOf(running)).code).toBe('tool-not-started');
  });
});
