import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseMissedSource } from '../../../src/package/dkms/install-coverage.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { errorOf } from '../../support/archive-fixtures.ts';
import { lintFiles } from '../../support/lint-a-tree.ts';

const LIST = 'Makefile usr/src/foo-1.0/\n';
/** The contents of .dkms-deb.json, by who made debian/foo-dkms.install. */
const MANIFESTS = {
  'init, and a person edited it': '{"files": {"foo-dkms.install": "0"}}',
  'its author, before init --force': '{"files": {"foo-dkms.install": "not made by init"}}',
  'its author, for another package': '{"files": {"rules": "0"}}',
  'nobody knows': 'no JSON',
};
const checked = (who: string) => who.startsWith('init');

test.each(Object.entries(MANIFESTS))(
  'bug: a list was checked although init did not make it: made by %s',
  async (who, manifest) => {
    await withTemporaryDirectory('test', async (directory) => {
      const debian = join(directory, 'debian');
      const list = join(debian, 'foo-dkms.install');
      await mkdir(debian);
      await writeFile(list, LIST);
      await writeFile(join(debian, '.dkms-deb.json'), manifest);
      const entry = { type: 'file' as const, mode: 0o644, mtime: 0, size: 0 };
      const refuse = () =>
        refuseMissedSource({
          packaging: { directory: debian, file: () => list } as never,
          sourceDirectory: directory,
          entries: ['Makefile', 'foo.c'].map((path) => ({ ...entry, path })),
          variables: new Map(),
        });
      if (checked(who)) expect((await errorOf(refuse)).code).toBe('not-packed');
      else expect(await refuse()).toEqual([]);
    });
  },
);

test('bug: after 20 names of missing files stood the number of all files, not of the others', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const debian = join(directory, 'debian');
    const list = join(debian, 'foo-dkms.install');
    await mkdir(debian);
    await writeFile(list, LIST);
    await writeFile(join(debian, '.dkms-deb.json'), '{"files": {"foo-dkms.install": "0"}}');
    const entries = Array.from({ length: 25 }, (_, number) => ({
      path: `${number + 10}.c`,
      ...{ type: 'file' as const, mode: 0o644, mtime: 0, size: 0 },
    }));
    const error = await errorOf(() =>
      refuseMissedSource({
        packaging: { directory: debian, file: () => list } as never,
        sourceDirectory: directory,
        entries,
        variables: new Map(),
      }),
    );
    expect(error.message).toBe('foo-dkms.install lacks source files');
    expect(error.output.slice(-2)).toEqual(['29.c', '… and 5 more']);
  });
});

test.each(Object.entries(MANIFESTS))(
  'lint compares the same lists: made by %s',
  async (who, manifest) => {
    const findings = await lintFiles({
      'debian/control': 'Source: foo\n\nPackage: foo-dkms\nArchitecture: all\n',
      'debian/foo-dkms.install': LIST,
      'debian/.dkms-deb.json': manifest,
    });
    const codes = findings.map(({ code }) => code);
    expect(codes.includes('source-not-listed'), codes.join()).toBe(checked(who));
  },
);
