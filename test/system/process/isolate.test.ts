import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findIsolation, runIsolated } from '../../../src/system/process/isolate.ts';
import { ANY_STATUS } from '../../../src/system/process/run.ts';

/** Runs a script in isolation. Without namespaces, only the resource limits apply. */
async function isolated<T>(
  script: string,
  look: (place: string, status: number, said: string) => Promise<T>,
) {
  const place = await mkdtemp(join(tmpdir(), 'isolate-test-'));
  try {
    const scratch = join(place, 'scratch');
    await mkdir(scratch);
    await writeFile(join(place, 'file'), 'kept\n');
    await chmod(place, 0o777);
    const { exitStatus, output } = await runIsolated('bash', ['-c', script, 'bash', place], {
      scratch,
      cwd: scratch,
      accept: ANY_STATUS,
      timeoutSeconds: 20,
    });
    return await look(place, exitStatus, output);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

test('an isolated program writes only into its scratch directory', async (context) => {
  const { says } = await findIsolation();
  if (says.includes('limits only')) context.skip();
  await isolated(
    'echo in >x; echo bad >"$1/file"; rm -f "$1/file"; echo bad >"$1/new"; mount -o remount,rw / && echo mounted; cat x',
    async (place, _, said) => {
      expect(await readFile(join(place, 'file'), 'utf8')).toBe('kept\n');
      expect(await readFile(join(place, 'scratch/x'), 'utf8')).toBe('in\n');
      await expect(readFile(join(place, 'new'))).rejects.toThrow('ENOENT');
      expect(said).not.toContain('mounted');
    },
  );
});

test('an isolated program has no network, sees no other processes, and leaves none behind', async (context) => {
  const { says } = await findIsolation();
  if (says.includes('limits only')) context.skip();
  await isolated(
    `(setsid sleep 987 &) ; exec 3<>/dev/tcp/127.0.0.1/1; grep -c : /proc/net/dev; ls -d /proc/[0-9]* | wc -l; kill -9 ${process.pid}`,
    async (_, __, said) => {
      const numbers = said
        .split('\n')
        .filter((line) => /^\d+$/.test(line))
        .map(Number);
      expect(numbers[0]).toBe(1);
      expect(numbers[1]).toBeLessThan(10);
    },
  );
});

test('memory, file size and open files are always limited', async () => {
  await isolated('ulimit -v; ulimit -f; ulimit -n; ulimit -t; ulimit -u', async (_, __, said) => {
    expect(said.trim().split('\n')).toEqual(['1048576', '32768', '256', '30', '512']);
  });
});
