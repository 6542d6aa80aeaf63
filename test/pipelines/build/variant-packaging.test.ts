import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { writeVariant } from '../../../src/pipelines/build/variant-packaging.ts';
import { readSourcePackage } from '../../../src/source/source-package.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const CHANGELOG =
  'hello (1.0) unstable; urgency=medium\n\n  * First.\n\n -- A B <a@b.org>  Sat, 21 Nov 2026 00:00:00 +0000\n';

afterEach(() => vi.unstubAllEnvs());

/** The trailer of the entry that a build with --suffix adds. */
async function trailer(environment: Readonly<Record<string, string>>): Promise<string> {
  for (const name of ['DEBFULLNAME', 'NAME', 'DEBEMAIL', 'EMAIL']) {
    vi.stubEnv(name, environment[name] ?? '');
  }
  return withTemporaryDirectory('test', async (directory) => {
    const debian = join(directory, 'debian');
    await mkdir(debian);
    await writeFile(join(debian, 'changelog'), CHANGELOG);
    await writeFile(join(debian, 'control'), 'Source: hello\n\nPackage: hello-dkms\n');
    const original = await readSourcePackage(debian);
    const copy = join(directory, 'copy');
    const variant = { suffix: '~ppa1', distribution: undefined };
    await writeVariant(debian, copy, { original, variant });
    const text = await readFile(join(copy, 'changelog'), 'utf8');
    return / -- (.*?) {2}/.exec(text)?.[1] ?? '';
  });
}

test.each([
  ['nobody: whoever wrote the last entry', {}, 'A B <a@b.org>'],
  ['dch(1)', { DEBFULLNAME: 'Jane Doe', DEBEMAIL: 'j@d.org' }, 'Jane Doe <j@d.org>'],
  ['all in one', { DEBEMAIL: 'Jane Doe <j@d.org>' }, 'Jane Doe <j@d.org>'],
  ['by the other name', { DEBFULLNAME: 'Jane Doe', EMAIL: 'j@d.org' }, 'Jane Doe <j@d.org>'],
])('the author of the entry for one build: %s', async (_, environment, expected) => {
  expect(await trailer(environment)).toBe(expected);
});

test('a line break in DEBFULLNAME does not get into the changelog', async () => {
  const evil = { DEBFULLNAME: 'Jane\n  * Evil.', DEBEMAIL: 'j@d.org' };
  await expect(trailer(evil)).rejects.toMatchObject({ code: 'bad-maintainer' });
});
