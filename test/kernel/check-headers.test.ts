import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkHeaders } from '../../src/kernel/check-headers.ts';
import type { KernelHeaders } from '../../src/kernel/headers.ts';
import { relocateHeaders } from '../../src/kernel/relocate-headers.ts';
import { findUnpackedHeaders } from '../../src/kernel/unpacked-headers.ts';
import { run } from '../../src/system/process/run.ts';
import { COMMON, DEBIAN, HEADERS, RELEASE, withUnpacked } from '../support/unpacked-debian.ts';

describe('headers that kbuild cannot use give exit status 21 and a hint', () => {
  test.each([
    [
      'usr/lib/linux-kbuild-6.99/scripts/mod/modpost',
      /: scripts\/mod\/modpost is missing/,
      /linux-kbuild/,
    ],
    [
      `${HEADERS}/include/config/auto.conf`,
      /include\/config\/auto\.conf is missing/,
      /linux-headers-6/,
    ],
    // Bug: kbuild warns, and modules without CRCs were packed.
    [`${HEADERS}/Module.symvers`, /Module\.symvers is missing/, /linux-headers-6/],
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
  ])('bug: modules without CRCs were packed if Module.symvers was %s', async (_, text) => {
    await withUnpacked(
      async ({ root, found }) => {
        const headers = await relocateHeaders(await found(), join(root, '..', 'view'));
        await expect(checkHeaders(headers)).rejects.toMatchObject({
          code: 'broken-headers',
          message: expect.stringContaining('their Module.symvers is empty or truncated'),
        });
      },
      { ...DEBIAN, [`${HEADERS}/Module.symvers`]: text },
    );
  });

  test.each(['hd r', 'a:b'])('bug: the hint for headers below "%s" was wrong', async (name) => {
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

  test('the hint for installed headers names the package', async () => {
    await withUnpacked(async ({ root, found }) => {
      const { root: _, ...headers } = await found();
      await rm(join(root, HEADERS, 'include/config/auto.conf'));
      await expect(checkHeaders(headers)).rejects.toMatchObject({
        code: 'broken-headers',
        hint: `Install the headers again: apt install --reinstall linux-headers-${RELEASE}`,
      });
    });
  });

  test('programs for another architecture are refused', async () => {
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

  test('programs with missing libraries are refused, such as a newer C library', async () => {
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
        message: expect.stringMatching(
          /programs in the headers do not start: libgone\.so => not found/,
        ),
      });
    });
  });
});
