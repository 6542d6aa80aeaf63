import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plainMember } from '../../../src/archive/deb-writer.ts';
import { writePackage } from '../../../src/package/staged-package.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { treeOf, writeCommon } from '../../support/common-package.ts';
import { type DpkgRoot, makeDpkgRoot } from '../../support/dpkg-root.ts';

const RULES = 'usr/lib/udev/rules.d/60-hello.rules';
const FIRMWARE = 'usr/lib/firmware/updates/hello.bin';
const HOOK = 'usr/share/initramfs-tools/hooks/hello';
const CONFFILE = 'etc/modprobe.d/hello.conf';
const SETTINGS = 'usr/lib/modprobe.d/hello.conf';
const DIVERTED = `${RULES}.hello-modules-common~`;

interface Versions {
  /** A version of each package, whose files have the name and version of their package. */
  common(version: string, paths?: readonly string[]): Promise<string>;
  dkms(version: string, paths?: readonly string[]): Promise<string>;
}

const ALL = [RULES, FIRMWARE, HOOK, CONFFILE];

async function inRoot(work: (root: DpkgRoot, packages: Versions) => Promise<void>): Promise<void> {
  await withTemporaryDirectory('common', async (scratch) => {
    const root = await makeDpkgRoot(scratch, []);
    await work(root, {
      common: (version, paths = ALL) =>
        writeCommon(scratch, { version, paths, text: `common ${version}` }),
      async dkms(version, paths = ALL) {
        const fields = { Package: 'hello-dkms', Version: version, Architecture: 'all' };
        const more = { Maintainer: 'A <a@example.org>', Description: 'source' };
        const lines = Object.entries({ ...fields, ...more }).map(
          ([name, value]) => `${name}: ${value}\n`,
        );
        const conffiles = paths
          .filter((path) => path.startsWith('etc/'))
          .map((path) => `/${path}\n`);
        const directory = join(scratch, `dkms-${paths.join('').length}`);
        await mkdir(directory, { recursive: true });
        const staged = {
          fileName: `hello-dkms_${version}_all.deb`,
          tree: treeOf({ text: `dkms ${version}`, paths }),
          control: [
            plainMember('control', lines.join('')),
            plainMember('conffiles', conffiles.join('')),
          ],
          timestamp: 0,
        };
        return writePackage(staged, directory);
      },
    });
  });
}

/** The first line of files of the root; undefined for one that is not there. */
async function texts({ directory }: DpkgRoot, ...paths: readonly string[]) {
  return Promise.all(
    paths.map(async (path) => {
      const file = join(directory, path);
      return existsSync(file) ? (await readFile(file, 'utf8')).trim() : undefined;
    }),
  );
}

/** What is left in the root of any of the packages. */
async function leftovers({ directory }: DpkgRoot): Promise<string[]> {
  const all = await readdir(directory, { recursive: true });
  const diversions = join(directory, 'var/lib/dpkg/diversions');
  const diverted = existsSync(diversions) ? await readFile(diversions, 'utf8') : '';
  return [...all.filter((path) => /hello/.test(path)), ...diverted.split('\n').filter(Boolean)];
}

describe('hello-modules-common and hello-dkms with the same files', () => {
  test('with -dkms installed first, each is removed alone, and the other one keeps its files', async () => {
    await inRoot(async (root, { common, dkms }) => {
      await root.dpkg(['-i', await dkms('1')]);
      await root.dpkg(['-i', await common('1')]);
      expect(await texts(root, RULES, FIRMWARE, HOOK, DIVERTED)).toEqual([
        'common 1',
        'common 1',
        'common 1',
        'dkms 1',
      ]);
      await root.dpkg(['--remove', 'hello-modules-common']);
      expect(await texts(root, RULES, FIRMWARE, HOOK, DIVERTED)).toEqual([
        'dkms 1',
        'dkms 1',
        'dkms 1',
        undefined,
      ]);
      expect((await root.dpkg(['--verify'])).stdout).toBe('');
      await root.dpkg(['-i', await common('1')]);
      await root.dpkg(['--purge', 'hello-dkms']);
      expect(await texts(root, RULES, SETTINGS, DIVERTED, CONFFILE)).toEqual([
        'common 1',
        'common 1',
        undefined,
        undefined,
      ]);
      expect((await root.dpkg(['--verify'])).stdout).toBe('');
      await root.dpkg(['--purge', 'hello-modules-common']);
      expect(await leftovers(root)).toEqual([]);
    });
  });

  test('with -dkms installed last, both can be upgraded', async () => {
    await inRoot(async (root, { common, dkms }) => {
      await root.dpkg(['-i', await common('1')]);
      await root.dpkg(['-i', await dkms('1')]);
      expect(await texts(root, RULES, DIVERTED)).toEqual(['common 1', 'dkms 1']);
      await root.dpkg(['-i', await dkms('2')]);
      await root.dpkg(['-i', await common('2')]);
      expect(await texts(root, RULES, DIVERTED)).toEqual(['common 2', 'dkms 2']);
      expect((await root.dpkg(['--verify'])).stdout).toBe('');
      await root.dpkg(['--remove', 'hello-dkms']);
      // A conffile stays until the purge, and wins over the file in /usr.
      expect(await texts(root, RULES, DIVERTED, CONFFILE)).toEqual([
        'common 2',
        undefined,
        'dkms 2',
      ]);
      await root.dpkg(['--purge', 'hello-modules-common']);
      await root.dpkg(['--purge', 'hello-dkms']);
      expect(await leftovers(root)).toEqual([]);
    });
  });

  test('a version with other files diverts these, and no longer the files that it lacks', async () => {
    await inRoot(async (root, { common, dkms }) => {
      await root.dpkg(['-i', await dkms('1')]);
      await root.dpkg(['-i', await common('1', [RULES])]);
      expect(await texts(root, RULES, FIRMWARE)).toEqual(['common 1', 'dkms 1']);
      await root.dpkg(['-i', await common('2', [FIRMWARE])]);
      expect(await texts(root, RULES, FIRMWARE, DIVERTED)).toEqual([
        'dkms 1',
        'common 2',
        undefined,
      ]);
      await root.dpkg(['-i', await common('1', [RULES])]);
      expect(await texts(root, RULES, FIRMWARE)).toEqual(['common 1', 'dkms 1']);
      expect((await root.dpkg(['--verify'])).stdout).toBe('');
      await root.dpkg(['--purge', 'hello-modules-common']);
      expect(await texts(root, RULES, FIRMWARE)).toEqual(['dkms 1', 'dkms 1']);
    });
  });

  test.each(['-dkms first', '-dkms last'])(
    'a -dkms package with the rules in /lib: %s',
    async (order) => {
      await inRoot(async (root, { common, dkms }) => {
        const old = await dkms('1', [RULES.replace('usr/', '')]);
        const files = order === '-dkms first' ? [old, await common('1')] : [await common('1'), old];
        for (const file of files) await root.dpkg(['-i', file]);
        expect(await texts(root, RULES, DIVERTED)).toEqual(['common 1', 'dkms 1']);
        await root.dpkg(['-i', await common('2')]);
        expect(await texts(root, RULES, DIVERTED)).toEqual(['common 2', 'dkms 1']);
        await root.dpkg([
          '--remove',
          order === '-dkms first' ? 'hello-dkms' : 'hello-modules-common',
        ]);
        const left = order === '-dkms first' ? 'common 2' : 'dkms 1';
        expect(await texts(root, RULES, DIVERTED)).toEqual([left, undefined]);
        expect((await root.dpkg(['--verify'])).stdout).toBe('');
      });
    },
  );

  test('an installation that fails leaves the files of -dkms as they were', async () => {
    await inRoot(async (root, { common, dkms }) => {
      await root.dpkg(['-i', await dkms('1')]);
      // dpkg cannot make the directory of one of the files.
      const wrong = await common('1', [RULES, `${FIRMWARE}/below`]);
      await root.dpkg(['-i', wrong], { accept: [1] });
      expect(await texts(root, RULES, FIRMWARE, DIVERTED)).toEqual(['dkms 1', 'dkms 1', undefined]);
      await root.dpkg(['-i', await common('1', [RULES])]);
      await root.dpkg(['-i', await common('2', [HOOK, `${FIRMWARE}/below`])], { accept: [1] });
      expect(await texts(root, RULES, HOOK, DIVERTED)).toEqual(['common 1', 'dkms 1', 'dkms 1']);
      expect((await root.dpkg(['--verify'])).stdout).toBe('');
    });
  });
});
