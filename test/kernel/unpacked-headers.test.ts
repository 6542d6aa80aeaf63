import { randomBytes } from 'node:crypto';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { relocateHeaders } from '../../src/kernel/relocate-headers.ts';
import { findUnpackedHeaders } from '../../src/kernel/unpacked-headers.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { writeFiles } from '../support/fake-kernel.ts';
import { COMMON, DEBIAN, HEADERS, RELEASE, withUnpacked } from '../support/unpacked-debian.ts';

describe('findUnpackedHeaders', () => {
  test('bug: the error for a path that cannot be followed says why', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const loop = join(directory, 'loop');
      await symlink('loop', loop);
      await expect(findUnpackedHeaders(loop)).rejects.toThrow('too many symbolic links');
      await expect(findUnpackedHeaders(join(directory, 'x'))).rejects.toThrow('does not exist');
    });
  });

  test('a root of unpacked packages', async () => {
    await withUnpacked(async ({ root }) => {
      const common = {
        release: RELEASE,
        directory: join(root, HEADERS),
        architecture: 'amd64',
        machine: 'x86_64',
        packageVersion: '6.99.1-2',
        moduleDirectory: '/lib/modules',
        root,
      };
      expect(await findUnpackedHeaders(root)).toMatchObject([common]);
      expect(await findUnpackedHeaders(join(root, HEADERS))).toMatchObject([common]);
      expect(await findUnpackedHeaders(join(root, 'usr/src'))).toMatchObject([common]);
      await mkdir(join(root, 'usr/lib/modules', RELEASE), { recursive: true });
      expect(await findUnpackedHeaders(root)).toMatchObject([
        { moduleDirectory: '/usr/lib/modules' },
      ]);
    });
  });

  test.each([
    ['usr/src/kernels/6.17.8-300.fc43.x86_64', '6.17.8-300.fc43.x86_64'],
    ['usr/src/linux-6.4.0-150600.21-obj/x86_64/default', '6.4.0-150600.21-default'],
  ])('%s, as Fedora and openSUSE have them', async (place, release) => {
    await withTemporaryDirectory('test', async (directory) => {
      const root = await realpath(directory);
      await writeFiles(join(root, place), {
        Makefile: '',
        'include/config/auto.conf': 'CONFIG_X86_64=y\n',
        'include/generated/autoconf.h': '',
        'include/generated/utsrelease.h': `#define UTS_RELEASE "${release}"\n`,
      });
      const found = await findUnpackedHeaders(root);
      const moduleDirectory = '/lib/modules';
      expect(found).toMatchObject([
        { release, directory: join(root, place), root, moduleDirectory },
      ]);
      expect(await findUnpackedHeaders(join(root, place))).toEqual(found);
      const [headers] = found;
      if (headers === undefined) throw new Error('nothing found');
      const { pathMaps } = await relocateHeaders(headers, join(root, 'view'));
      expect(pathMaps?.[0]).toEqual({ from: join(root, place), to: `/${place}` });
    });
  });

  test('bug: a symlink to installed headers was treated as unpacked headers', async () => {
    await withTemporaryDirectory('test', async (directory) => {
      const outside = join(directory, 'outside');
      await writeFiles(outside, { Makefile: '', 'include/generated/autoconf.h': '' });
      await mkdir(join(directory, 'root/lib/modules', RELEASE), { recursive: true });
      await symlink(outside, join(directory, 'root/lib/modules', RELEASE, 'build'));
      await expect(findUnpackedHeaders(join(directory, 'root'))).rejects.toMatchObject({
        code: 'no-headers',
        exitStatus: 21,
      });
    });
  });

  test('the version comes from the changelog if the headers do not have it', async () => {
    const { [`${HEADERS}/include/generated/package.h`]: _, ...files } = DEBIAN;
    await withUnpacked(async ({ root, found }) => {
      expect((await found()).packageVersion).toBeUndefined();
      const documents = join(root, 'usr/share/doc', `linux-headers-${RELEASE}`);
      await mkdir(documents, { recursive: true });
      // Only its beginning is read, which may be all that there is.
      const rest = randomBytes(20_000).toString('hex');
      const changelog = gzipSync(`linux (6.99.0-31.31) noble; urgency=medium\n${rest}`);
      await writeFile(join(documents, 'changelog.Debian.gz'), changelog.subarray(0, 10_000));
      expect((await found()).packageVersion).toBe('6.99.0-31.31');
    }, files);
  });

  test.each([
    ['no directory', async (root: string) => join(root, 'none'), 'no-headers'],
    ['a file', async (root: string) => join(root, HEADERS, 'Makefile'), 'no-headers'],
    ['no headers', async (root: string) => join(root, COMMON), 'no-headers'],
    [
      'a release that is none',
      async (root: string) => {
        const file = `${HEADERS}/include/generated/utsrelease.h`;
        await writeFiles(root, { [file]: '#define UTS_RELEASE "../../etc"\n' });
        return root;
      },
      'bad-kernel-release',
    ],
    [
      'no architecture',
      async (root: string) => {
        await writeFiles(root, { [`${HEADERS}/include/config/auto.conf`]: '' });
        return root;
      },
      'broken-headers',
    ],
  ])('%s: 21', async (_, prepare, code) => {
    await withUnpacked(async ({ root }) => {
      const given = await prepare(root);
      await expect(findUnpackedHeaders(given)).rejects.toMatchObject({ code, exitStatus: 21 });
    });
  });
});
