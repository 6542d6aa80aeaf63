import { readlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { debField, debPayload } from '../support/deb-payload.ts';
import { makeDpkgRoot } from '../support/dpkg-root.ts';
import { driverTree } from '../support/driver.ts';
import { installedKernels } from '../support/kernels.ts';
import { lintianProblems } from '../support/lintian.ts';
import { moduleFiles } from '../support/module-files.ts';
import { dkmsDebLines } from '../support/sandbox.ts';
import { sharedSandbox } from '../support/shared-sandbox.ts';
import { makePair, signingOptions } from '../support/sign-pairs.ts';

/** One of each line: another flavour would show nothing new. */
const kernels = (await installedKernels()).filter((release) => !/-rt-/.test(release));
const MODULES = ['duo_core', 'duo_dev'];

describe('bmdeb --dbgsym', () => {
  const shared = sharedSandbox();
  let files: string[];

  beforeAll(async () => {
    const sandbox = shared();
    const tree = await driverTree('duo', join(sandbox.directory, 'work'));
    const signing = signingOptions(await makePair(sandbox.directory, 'test'));
    const bmdeb = (out: string, from: string, ...more: string[]) =>
      dkmsDebLines(sandbox, [
        ...['bmdeb', ...kernels.flatMap((release) => ['-k', release]), '-o', out],
        ...['--no-cache', ...signing, ...more, from],
      ]);
    files = await bmdeb(sandbox.out, tree, '--dbgsym');
    const elsewhere = await driverTree('duo', join(sandbox.directory, 'an/other/place'));
    await bmdeb(join(sandbox.directory, 'again'), elsewhere, '--dbgsym');
    await bmdeb(join(sandbox.directory, 'plain'), tree);
  });

  const packagesOf = (release: string) => {
    const ofKernel = files.filter((file) => basename(file).startsWith(`duo-modules-${release}`));
    const [main = '', symbols = ''] = ofKernel;
    return { main, symbols, count: ofKernel.length };
  };

  test('the packages with the modules have the same bytes as without it, including the signatures', async () => {
    expect(files.length).toBe(2 * kernels.length);
    for (const release of kernels) {
      const { main, symbols } = packagesOf(release);
      const plain = join(shared().directory, 'plain', basename(main));
      await run('cmp', [main, plain]);
      await run('cmp', [symbols, join(shared().directory, 'again', basename(symbols))]);
    }
  });

  test('the fields are the same as those of the -dbgsym packages that debhelper makes', async () => {
    for (const release of kernels) {
      const { main, symbols } = packagesOf(release);
      const name = (await debField(main, 'Package')) ?? '';
      const version = (await debField(main, 'Version')) ?? '';
      const expected = {
        Package: `${name}-dbgsym`,
        Source: await debField(main, 'Source'),
        Version: version,
        'Auto-Built-Package': 'debug-symbols',
        Depends: `${name} (= ${version})`,
        Section: 'debug',
        Priority: 'optional',
        Provides: undefined,
        Description: `debug symbols for ${name}`,
      };
      for (const [field, value] of Object.entries(expected)) {
        expect([field, await debField(symbols, field)]).toEqual([field, value]);
      }
      const payload = await debPayload(symbols, 'usr/lib/debug/.build-id/');
      const ids = Object.keys(payload)
        .filter((path) => path.endsWith('.debug'))
        .map((path) => path.split('/').slice(-2).join('').replace('.debug', ''));
      expect((await debField(symbols, 'Build-Ids'))?.split(' ')).toEqual(ids.sort());
      expect(ids.length).toBe(MODULES.length);
    }
  });

  test('gdb, elfutils and crash find them after installation', async () => {
    const root = await makeDpkgRoot(shared().directory, kernels);
    await root.dpkg(['-i', ...files]);
    const debug = join(root.directory, 'usr/lib/debug');
    for (const release of kernels) {
      const directory = join(root.directory, 'usr/lib/modules', release, 'updates');
      const found = await moduleFiles(directory);
      expect(found.length).toBe(MODULES.length);
      for (const file of found) {
        const name = basename(file).replace(/\.ko.*/, '');
        const plain = join(shared().directory, `${name}.ko`);
        await run('sh', ['-c', `case $0 in *.xz) xz -dc;; *) cat;; esac <$0 >$1`, file, plain]);
        await gdbFinds(debug, plain, name);
        const id = /Build ID: (\w+)/.exec((await run('readelf', ['-n', plain])).stdout)?.[1] ?? '';
        const byId = join(debug, '.build-id', id.slice(0, 2), `${id.slice(2)}.debug`);
        await run('eu-unstrip', [plain, byId, '-o', `${plain}.whole`]);
        const whole = await run('readelf', ['-SW', `${plain}.whole`]);
        expect(whole.stdout).toMatch(/ \.text +PROGBITS .* \.debug_info /s);
        // crash searches below this directory for NAME.ko.debug (module_objfile_search).
        const link = join(debug, 'lib/modules', release, 'updates', `${name}.ko.debug`);
        expect(join(dirname(link), await readlink(link))).toBe(byId);
      }
    }
    const names = await Promise.all(files.map((file) => debField(file, 'Package')));
    await root.dpkg(['-P', ...names.map((name) => name ?? '').reverse()]);
    expect((await run('find', [debug], { accept: [0, 1] })).stdout).toBe('');
  });

  /** By the build id alone: there is no debug link in the module. */
  async function gdbFinds(debug: string, module: string, name: string): Promise<void> {
    const options = ['-nx', '-batch', '-iex', `set debug-file-directory ${debug}`];
    const symbol = name === 'duo_core' ? 'duo_core_init' : 'duo_dev_init';
    const { stdout } = await run('gdb', [...options, '-ex', `info line ${symbol}`, module], {
      timeoutSeconds: 60,
    });
    expect(stdout).toMatch(new RegExp(`Line \\d+ of "/usr/src/duo-[\\d.]+/.*${name}\\.c"`));
  }

  test('lintian has no tags', async () => {
    const symbols = kernels.map((release) => packagesOf(release).symbols);
    expect(await lintianProblems(symbols, {})).toEqual([]);
  });
});
