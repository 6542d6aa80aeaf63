import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { fallbackVersion } from '../../../src/facts/version/fallback-version.ts';
import { run } from '../../../src/system/process/run.ts';
import { sources, tree } from '../../support/facts.ts';

const FILES = { 'a.c': 'int a;\n', Makefile: 'obj-m := a.o\n' };

test('the last commit that changed more than debian/ counts', async () => {
  const directory = await tree(FILES);
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], {
      cwd: directory,
      env: { GIT_COMMITTER_DATE: '2024-11-21T12:00:00Z', GIT_AUTHOR_DATE: '2024-01-01T12:00:00Z' },
    });
  await git('init', '-q');
  await git('add', '.');
  await git('commit', '-qm', 'x');
  const head = (await git('rev-parse', 'HEAD')).stdout.slice(0, 7);
  expect(await fallbackVersion(directory, sources(FILES), true)).toEqual({
    value: `0~git20241121.${head}`,
    from: `no version found; the last commit, ${head}`,
    kind: 'snapshot',
  });
});

test('without git, the date of the newest file', async () => {
  vi.stubEnv('SOURCE_DATE_EPOCH', undefined);
  const directory = await tree(FILES);
  await utimes(join(directory, 'a.c'), 1732190400, 1732190400);
  await utimes(join(directory, 'Makefile'), 1700000000, 1700000000);
  expect(await fallbackVersion(directory, sources(FILES), false)).toEqual({
    value: '0~20241121',
    from: 'no version found; the date of the newest file, a.c',
    kind: 'snapshot',
  });
  vi.stubEnv('SOURCE_DATE_EPOCH', '1717200000');
  expect((await fallbackVersion(directory, sources(FILES), false))?.value).toBe('0~20240601');
  vi.unstubAllEnvs();
});
