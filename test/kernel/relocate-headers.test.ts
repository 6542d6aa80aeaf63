import { chmod, readdir, readFile, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkHeaders } from '../../src/kernel/check-headers.ts';
import { relocateHeaders } from '../../src/kernel/relocate-headers.ts';
import { run } from '../../src/system/process/run.ts';
import { COMMON, DEBIAN, HEADERS, RELEASE, withUnpacked } from '../support/unpacked-debian.ts';

test('make finds its includes and programs, and the headers are not changed', async () => {
  await withUnpacked(async ({ root, found }) => {
    const before = await run('find', [root, '-printf', '%p %T@ %l\n']);
    await chmod(join(root, HEADERS), 0o555);
    const parent = join(root, '..', 'view');
    const headers = await relocateHeaders(await found(), parent);
    expect(headers.directory).toBe(join(parent, `linux-headers-${RELEASE}`));
    expect((await run('make', ['-s', '-C', headers.directory])).stdout).toContain('common');
    expect(await readdir(join(headers.directory, 'scripts/mod'))).toEqual(['modpost']);
    expect(await realpath(join(headers.installTree ?? '', RELEASE, 'build'))).toBe(
      headers.directory,
    );
    expect(headers.pathMaps).toEqual([
      { from: headers.directory, to: `/${HEADERS}` },
      { from: join(root, HEADERS), to: `/${HEADERS}` },
      { from: join(root, 'usr'), to: '/usr' },
    ]);
    await checkHeaders(headers);
    expect((await run('find', [root, '-printf', '%p %T@ %l\n'])).stdout).toBe(before.stdout);
  });
});

test('links to absolute paths lead into the root', async () => {
  await withUnpacked(async ({ root, found }) => {
    await symlink('/usr/lib/linux-kbuild-6.99/scripts', join(root, HEADERS, 'tools'));
    const headers = await relocateHeaders(await found(), join(root, '..', 'view'));
    expect(await realpath(join(headers.directory, 'tools'))).toBe(
      join(root, 'usr/lib/linux-kbuild-6.99/scripts'),
    );
  });
});

test('bug: since Linux 7.0, KBUILD_OUTPUT led to installed headers instead of the view', async () => {
  const makefile = `KBUILD_OUTPUT=/${HEADERS}\ninclude /${COMMON}/Makefile\n`;
  await withUnpacked(
    async ({ root, found }) => {
      const unpacked = await found();
      for (const [headers, common] of [
        [unpacked, join(root, COMMON)],
        // A copy of this directory alone.
        [{ ...unpacked, root: '/' }, `/${COMMON}`],
      ] as const) {
        const view = join(root, '../view', String(headers.root?.length));
        const { directory } = await relocateHeaders(headers, view);
        expect(await readFile(join(directory, 'Makefile'), 'utf8')).toBe(
          `KBUILD_OUTPUT=${directory}\ninclude ${common}/Makefile\n`,
        );
        expect(directory).toBe(join(view, `linux-headers-${RELEASE}`));
      }
    },
    { ...DEBIAN, [`${HEADERS}/Makefile`]: makefile },
  );
});

test('headers with relative paths, such as Ubuntu’s, need no view', async () => {
  const files = { ...DEBIAN, [`${HEADERS}/Makefile`]: 'all:\n' };
  await withUnpacked(async ({ root, found }) => {
    const headers = await relocateHeaders(await found(), join(root, '..', 'view'));
    expect(headers.directory).toBe(join(root, HEADERS));
    expect(headers.pathMaps).toHaveLength(2);
  }, files);
});
