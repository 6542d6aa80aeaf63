import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProgramCheck } from '../../../src/pipelines/doctor/check-programs.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { withShortChildren } from '../../../src/system/process/limits.ts';
import { run } from '../../../src/system/process/run.ts';
import { withEnvironment } from '../../support/environment.ts';

/** Calls `work` with a PATH whose first directory has programs with these scripts. */
function withPrograms<T>(
  scripts: Readonly<Record<string, string>>,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  return withTemporaryDirectory('programs', async (directory) => {
    for (const [name, text] of Object.entries(scripts)) {
      await writeFile(join(directory, name), text);
      await chmod(join(directory, name), 0o755);
    }
    const PATH = `${directory}:${process.env.PATH}`;
    return withEnvironment({ PATH }, () => work(directory));
  });
}

test('a program that hangs, prints without end or cannot start is found out', async () => {
  const scripts = {
    make: '#!/bin/sh\nsleep 1000\n',
    xz: '#!/bin/sh\nexec cat /dev/zero\n',
    'dkms-deb-none': '#!/nonexistent/interpreter\n',
    patch: '#!/bin/sh\nexec /nonexistent/program\n',
    zstd: '#!/bin/sh\nkill -SEGV $$\n',
  };
  await withPrograms(scripts, async (directory) => {
    const check = new ProgramCheck();
    const found = await withShortChildren(3, () =>
      Promise.all(Object.keys(scripts).map((name) => check.check(name))),
    );
    expect(found.map(({ state }) => state)).toEqual(Array(5).fill('missing'));
    expect(found.map(({ message }) => message.replace(`${directory}/`, ''))).toEqual([
      'make does not answer in time',
      'xz prints without end',
      'dkms-deb-none cannot be started',
      'patch ends with status 127',
      'zstd is killed by signal 11',
    ]);
    expect(found[0]?.advice).toContain(`${directory}/make`);
  });
});

test('a FIFO or a directory in PATH is not taken for a program, and not opened', async () => {
  await withPrograms({}, async (directory) => {
    await run('mkfifo', ['-m', '755', join(directory, 'dkms-deb-fifo')]);
    await mkdir(join(directory, 'dkms-deb-directory'));
    const check = new ProgramCheck();
    const fifo = await check.check('dkms-deb-fifo');
    expect(fifo.message).toBe(`${directory}/dkms-deb-fifo is not a program`);
    const made = await check.check('dkms-deb-directory', 'some drivers');
    expect(made).toMatchObject({ state: 'optional' });
    expect(made.message).toBe(
      `${directory}/dkms-deb-directory is not a program (for some drivers)`,
    );
  });
});

test('a FIFO in front of the real program is passed over', async () => {
  await withPrograms({}, async (directory) => {
    await run('mkfifo', ['-m', '755', join(directory, 'bash')]);
    expect(await new ProgramCheck().check('bash')).toMatchObject({ state: 'ok' });
  });
});

test('a missing program names its package', async () => {
  await withTemporaryDirectory('empty', (directory) =>
    withEnvironment({ PATH: `${directory}:/usr/sbin` }, async () => {
      const found = await new ProgramCheck().check('pahole', 'BTF');
      expect(found).toEqual({
        state: 'optional',
        subject: 'pahole',
        message: 'not installed (for BTF)',
        packages: ['pahole'],
      });
    }),
  );
});
