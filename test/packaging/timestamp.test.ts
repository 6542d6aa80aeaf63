import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { packageTimestamp } from '../../packaging/timestamp.ts';
import { run } from '../../src/system/process/run.ts';

const RELEASES = [{ version: '1.0.0', date: 1_790_000_000, items: ['A.'] }];

let root = '';
beforeEach(async () => {
  vi.stubEnv('SOURCE_DATE_EPOCH', undefined);
  root = await mkdtemp(join(tmpdir(), 'timestamp-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

test('SOURCE_DATE_EPOCH, else the commit, else the release', async () => {
  expect(await packageTimestamp(root, RELEASES)).toBe(1_790_000_000);
  await writeFile(join(root, 'file'), '');
  const env = { GIT_COMMITTER_DATE: '1795000000 +0200' };
  const git = ['-c', 'user.name=J', '-c', 'user.email=j@example.org'];
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-qm', 'All'],
  ]) {
    await run('git', [...git, ...args], { cwd: root, env });
  }
  expect(await packageTimestamp(root, RELEASES)).toBe(1_795_000_000);
  vi.stubEnv('SOURCE_DATE_EPOCH', '1796000000');
  expect(await packageTimestamp(root, RELEASES)).toBe(1_796_000_000);
});

test('without any of them it is an error, not the clock', async () => {
  const releases = [{ version: undefined, date: undefined, items: ['A.'] }];
  await expect(packageTimestamp(root, releases)).rejects.toThrow(
    expect.objectContaining({ code: 'no-time' }),
  );
});
