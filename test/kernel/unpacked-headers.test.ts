import { randomBytes } from 'node:crypto';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { checkHeaders } from '../../src/kernel/check-headers.ts';
import type { KernelHeaders } from '../../src/kernel/headers.ts';
import { relocateHeaders } from '../../src/kernel/relocate-headers.ts';
import { findUnpackedHeaders } from '../../src/kernel/unpacked-headers.ts';
import { withTemporaryDirectory } from '../../src/system/cleanup.ts';
import { run } from '../../src/system/run.ts';
import { writeFiles } from '../module/fake-kernel.ts';

const RELEASE = '6.99.0-1-cloud-amd64';
const COMMON = 'usr/src/linux-headers-6.99.0-1-common';
const HEADERS = `usr/src/linux-headers-${RELEASE}`;

/** What Debian's three packages have, in their layout. */
const DEBIAN = {
  [`${HEADERS}/Makefile`]: `include /${COMMON}/Makefile\n`,
  [`${HEADERS}/.config`]: 'CONFIG_X86_64=y\n',
  [`${HEADERS}/Module.symvers`]: '0x4c9d28b0\tphys_base\tvmlinux\tEXPORT_SYMBOL\t\n',
  [`${HEADERS}/include/config/auto.conf`]: 'CONFIG_X86_64=y\n',
  [`${HEADERS}/include/generated/autoconf.h`]: '',
  [`${HEADERS}/include/generated/utsrelease.h`]: `#define UTS_RELEASE "${RELEASE}"\n`,
  [`${HEADERS}/include/generated/package.h`]: '#define LINUX_PACKAGE_ID " Debian 6.99.1-2"\n',
  [`${COMMON}/Makefile`]: 'all:\n\t@echo common\n',
  'usr/lib/linux-kbuild-6.99/scripts/basic/fixdep': '#!/bin/sh\nexit 1\n',
  'usr/lib/linux-kbuild-6.99/scripts/mod/modpost': '#!/bin/sh\nexit 1\n',
};

interface Unpacked {
  readonly root: string;
  readonly found: () => Promise<KernelHeaders>;
}

async function withUnpacked(
  work: (unpacked: Unpacked) => Promise<void>,
  files: Readonly<Record<string, string>> = DEBIAN,
): Promise<void> {
  await withTemporaryDirectory('test', async (directory) => {
    const root = join(await realpath(directory), 'root');
    await writeFiles(root, files);
    await mkdir(join(root, 'lib/modules', RELEASE), { recursive: true });
    await symlink(`/${HEADERS}`, join(root, 'lib/modules', RELEASE, 'build'));
    await symlink('../../lib/linux-kbuild-6.99/scripts', join(root, HEADERS, 'scripts'));
    const found = async () => {
      const [first] = await findUnpackedHeaders(root);
      return first as KernelHeaders;
    };
    await work({ root, found });
  });
}

describe('what is found', () => {
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

  test('bug: a link to headers that are installed is none to unpacked ones', async () => {
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

  test("the changelog's version, where the kernel does not say its own", async () => {
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

describe('relocation', () => {
  test('make finds its includes and programs; the headers stay as they are', async () => {
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

  test('bug: KBUILD_OUTPUT, since 7.x, is the stand-in and not what is installed', async () => {
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

  test('headers whose paths are relative, as Ubuntu’s, are used where they are', async () => {
    const files = { ...DEBIAN, [`${HEADERS}/Makefile`]: 'all:\n' };
    await withUnpacked(async ({ root, found }) => {
      const headers = await relocateHeaders(await found(), join(root, '..', 'view'));
      expect(headers.directory).toBe(join(root, HEADERS));
      expect(headers.pathMaps).toHaveLength(2);
    }, files);
  });
});

describe('headers that kbuild cannot use: 21, and what to do', () => {
  test.each([
    ['usr/lib/linux-kbuild-6.99/scripts/mod/modpost', /no scripts\/mod\/modpost/, /linux-kbuild/],
    [`${HEADERS}/include/config/auto.conf`, /no include\/config\/auto\.conf/, /linux-headers-6/],
    // Bug: kbuild warns, and modules without CRCs were packed.
    [`${HEADERS}/Module.symvers`, /no Module\.symvers/, /linux-headers-6/],
    [`${COMMON}/Makefile`, /includes \/usr\/src\/.*-common\/Makefile, which is missing/, /-common/],
  ])('%s is missing', async (missing, message, hint) => {
    const files: Record<string, string> = { ...DEBIAN };
    delete files[missing];
    await withUnpacked(async ({ root, found }) => {
      const headers = await relocateHeaders(await found(), join(root, '..', 'view'));
      await expect(checkHeaders(headers)).rejects.toMatchObject({
        code: 'broken-headers',
        exitStatus: 21,
        where: { file: join(root, HEADERS) },
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
    }, files);
  });

  test.each([
    ['empty', ''],
    ['cut', '0x4c9d28b0\tphys_base\tvmlinux\tEXPORT_SYMBOL\t\n0x815f2897\tempty_zero_page\tvml'],
    ['filled with zeros by a crash', '\0'.repeat(4096)],
  ])('bug: modules without CRCs were packed for a Module.symvers that is %s', async (_, text) => {
    await withUnpacked(
      async ({ root, found }) => {
        const headers = await relocateHeaders(await found(), join(root, '..', 'view'));
        await expect(checkHeaders(headers)).rejects.toMatchObject({
          code: 'broken-headers',
          message: expect.stringContaining('their Module.symvers is empty or cut short'),
        });
      },
      { ...DEBIAN, [`${HEADERS}/Module.symvers`]: text },
    );
  });

  test.each(['hd r', 'a:b'])('bug: the advice for headers below "%s" was wrong', async (name) => {
    await withUnpacked(async ({ root }) => {
      const place = join(root, '..', name);
      await rename(root, place);
      const [first] = await findUnpackedHeaders(place);
      const headers = await relocateHeaders(first as KernelHeaders, join(place, '..', 'view'));
      await expect(checkHeaders(headers)).rejects.toMatchObject({
        code: 'bad-headers-path',
        exitStatus: 21,
        where: { file: join(place, HEADERS) },
      });
    });
  });

  test('of installed headers: the package to install again', async () => {
    await withUnpacked(async ({ root, found }) => {
      const { root: _, ...headers } = await found();
      await rm(join(root, HEADERS, 'include/config/auto.conf'));
      await expect(checkHeaders(headers)).rejects.toMatchObject({
        code: 'broken-headers',
        hint: `Install them again: apt install --reinstall linux-headers-${RELEASE}`,
      });
    });
  });

  test('programs of another machine', async () => {
    await withUnpacked(async ({ root, found }) => {
      const header = Buffer.alloc(64);
      header.write('\x7fELF\x02\x01\x01', 'latin1');
      header.writeUInt16LE(2, 16);
      header.writeUInt16LE(22, 18);
      const program = join(root, 'usr/lib/linux-kbuild-6.99/scripts/basic/fixdep');
      await writeFile(program, header);
      const headers = await relocateHeaders(await found(), join(root, '..', 'view'));
      await expect(checkHeaders(headers)).rejects.toMatchObject({
        code: 'foreign-headers',
        message: expect.stringContaining('are for s390x, this machine is'),
      });
    });
  });

  test('programs whose libraries are not here, such as a newer C library', async () => {
    await withUnpacked(async ({ root, found }) => {
      const scripts = join(root, 'usr/lib/linux-kbuild-6.99/scripts/mod');
      const library = join(root, 'libgone.so');
      const compile = (...args: string[]) =>
        run('gcc', ['-x', 'c', '-', '-o', ...args], { input: 'int main(void) { return 0; }' });
      await compile(library, '-shared', '-fPIC');
      await compile(
        join(scripts, 'modpost.real-lsb-64'),
        '-Wl,--no-as-needed',
        `-L${root}`,
        '-lgone',
      );
      await rm(library);
      const headers = await relocateHeaders(await found(), join(root, '..', 'view'));
      await expect(checkHeaders(headers)).rejects.toMatchObject({
        code: 'foreign-headers',
        message: expect.stringMatching(/programs do not start: libgone\.so => not found/),
      });
    });
  });
});
