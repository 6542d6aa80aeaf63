import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { queryDpkg } from '../../../src/system/process/query-dpkg.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'query-dpkg-'));
  vi.stubEnv('PATH', `${directory}:/usr/bin:/bin`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

/** Puts a dpkg-query that runs `script` into PATH. */
async function fakeDpkgQuery(script: string): Promise<void> {
  const file = join(directory, 'dpkg-query');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

test('queryDpkg asks for the fields and returns a row for each package', async () => {
  await fakeDpkgQuery(`[ "$3" = '\${Package}\t\${Depends}\n' ] && printf '%s\\t\\n' "$4" "$5"`);
  expect(await queryDpkg(['Package', 'Depends'], ['a', 'b'])).toEqual([
    ['a', ''],
    ['b', ''],
  ]);
});

test('an unknown package has no row', async () => {
  await fakeDpkgQuery("printf '1.0\\n'; exit 1");
  expect(await queryDpkg(['Version'], ['known', 'unknown'])).toEqual([['1.0']]);
  await fakeDpkgQuery('exit 2');
  expect(await queryDpkg(['Version'], ['unknown'])).toEqual([]);
});
