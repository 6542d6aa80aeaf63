import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect } from 'vitest';
import type { InfoDocument } from '../../src/commands/info/info-document.ts';
import { archivePackage } from '../support/archive-packages.ts';
import { exampleDirectory } from '../support/example.ts';
import { installedKernels } from '../support/kernels.ts';
import { dkmsDeb, dkmsDebLines, type Sandbox, sharingTest as test } from '../support/sandbox.ts';

const releases = await installedKernels();

async function infoOf(sandbox: Sandbox, ...args: string[]): Promise<InfoDocument> {
  return JSON.parse((await dkmsDebLines(sandbox, ['info', '--json', ...args])).join('\n'));
}

describe('info', () => {
  // Bug: the synopsis that completes the packages was told as one of debian/control.
  test('a synopsis that neither debian/control nor the tree has is unknown', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    await writeFile(join(tree, 'README.md'), '');
    const code = await readFile(join(tree, 'hello.c'), 'utf8');
    await writeFile(join(tree, 'hello.c'), code.replace(/^MODULE_DESCRIPTION.*$/m, ''));
    await dkmsDebLines(sandbox, ['init', '-q', tree]);
    const control = join(tree, 'debian/control');
    const text = await readFile(control, 'utf8');
    await writeFile(control, text.replace(/^Description:.*(?:\n .*)*$/m, 'Description: (DKMS)'));
    const { facts } = await infoOf(sandbox, tree);
    expect(facts.filter(({ fact }) => fact === 'synopsis')).toEqual([{ fact: 'synopsis' }]);
  });

  test('info describes the packages that build and bmdeb make of a tree', async ({ sandbox }) => {
    const tree = await exampleDirectory('duo', sandbox.directory);
    const document = await infoOf(sandbox, tree);
    expect(document).toMatchObject({ source: tree, name: 'duo', version: '0.3.1', doubts: [] });
    expect(document.facts).toContainEqual({
      fact: 'name',
      value: 'duo',
      from: 'dkms.conf:2 PACKAGE_NAME',
    });
    expect(document.kernels.map(({ release }) => release).sort()).toEqual([...releases].sort());

    const built = await dkmsDebLines(sandbox, ['build', '--dry-run', '-o', sandbox.out, tree]);
    expect(built.map((path) => basename(path))).toContain(document.package.file);
    const { kernels } = JSON.parse(
      (
        await dkmsDebLines(sandbox, [
          'bmdeb',
          '--all',
          '--dry-run',
          '--json',
          '-o',
          sandbox.out,
          tree,
        ])
      ).join('\n'),
    ) as { kernels: { release: string; file: string; modules: string[] }[] };
    for (const { release, file, modules } of kernels) {
      const view = document.kernels.find((one) => one.release === release);
      expect(view?.package?.file).toBe(basename(file));
      expect(view?.modules?.map(({ name }) => `${name}.ko`).sort()).toEqual(
        modules.map((module) => module.replace(/\.(xz|zst|gz)$/, '')).sort(),
      );
    }
    // Its patch is for 6.12, its MAKE differs for rt kernels.
    for (const { release, patches, make } of document.kernels) {
      expect(patches).toEqual(
        /^6\.1\./.test(release) ? [] : [{ file: '0001-include-linux-unaligned.h.patch' }],
      );
      expect(make).toContain(`/lib/modules/${release}/build`);
      expect(make).toContain(release.includes('-rt-') ? 'DUO_LOCK=raw' : 'DUO_LOCK=spin');
    }
  });

  test('for a tree without dkms.conf it shows what is derived', async ({ sandbox }) => {
    const tree = await exampleDirectory('plain', sandbox.directory);
    const lines = await dkmsDebLines(sandbox, ['info', '-k', releases[0] ?? '', tree]);
    expect(lines[0]).toBe('netcount 2.1');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}modules +netcount \(obj-m/));
    expect(lines).toContain('  modules  netcount');
    expect(await readdir(tree)).not.toContain('debian');
  });

  test('it shows an excluded kernel, an excluded module, and a missing patch', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('duo', sandbox.directory);
    const [first = '', second = ''] = releases;
    const only = second.replaceAll(/[.+]/g, '\\\\$&');
    await appendFile(
      join(tree, 'dkms.conf'),
      `BUILD_EXCLUSIVE_KERNEL="^${only}$"\nBUILD_EXCLUSIVE_ARCH[1]="^mips$"\nPATCH[7]="not-there.patch"\n`,
    );
    const { kernels } = await infoOf(sandbox, tree, '-k', first, '-k', second);
    expect(kernels[0]).toMatchObject({
      status: 'excluded',
      reason: expect.stringContaining('BUILD_EXCLUSIVE_KERNEL'),
    });
    expect(kernels[0]).not.toHaveProperty('package');
    expect(kernels[1]).toMatchObject({ status: 'builds' });
    expect(kernels[1]?.modules?.[1]?.excluded).toMatch(/BUILD_EXCLUSIVE_ARCH\[1\]/);
    const lines = await dkmsDebLines(sandbox, ['info', tree, '-k', first, '-k', second]);
    expect(lines).toContainEqual(expect.stringMatching(`^kernel ${first} .*: excluded: `));
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}without +duo_dev: BUILD_EXCLUSIVE_ARCH/),
    );
  });

  test('if one kernel fails, the others are shown, and the status is that of the failure', async ({
    sandbox,
  }) => {
    const tree = await exampleDirectory('hello', sandbox.directory);
    const [first = '', second = ''] = releases;
    await appendFile(
      join(tree, 'dkms.conf'),
      `[[ $kernelver != ${second} ]] || DEST_MODULE_LOCATION[0]=/elsewhere\n`,
    );
    const { exitStatus, stdout } = await dkmsDeb(sandbox, [
      'info',
      '--json',
      tree,
      '-k',
      first,
      '-k',
      second,
    ]);
    expect(exitStatus).toBe(8);
    const { kernels } = JSON.parse(stdout) as InfoDocument;
    expect(kernels.map(({ status }) => status)).toEqual(['builds', 'failed']);
    expect(kernels[1]?.error).toMatchObject({ code: 'bad-conf', exitStatus: 8 });
    const missing = await dkmsDeb(sandbox, ['info', tree, '-k', '5.0.0-none']);
    expect(missing).toMatchObject({
      exitStatus: 21,
      stdout: expect.stringContaining('kernel 5.0.0-none: '),
    });
  });

  test('it reads a -dkms package, and a tree with a debian/ that a person wrote', async ({
    sandbox,
  }) => {
    const { file } = await archivePackage('lttng-modules-dkms', sandbox.directory);
    const document = await infoOf(sandbox, file, '-k', releases[0] ?? '');
    expect(document).toMatchObject({ name: 'lttng-modules', facts: [] });
    expect(document.package).toMatchObject({ name: 'lttng-modules-dkms', file: basename(file) });
    expect(document.kernels[0]?.modules?.length).toBeGreaterThan(20);

    const tree = await exampleDirectory('hello', sandbox.directory);
    await dkmsDebLines(sandbox, ['init', tree]);
    await rm(join(tree, 'debian/.dkms-deb.json'));
    const changelog = join(tree, 'debian/changelog');
    await writeFile(
      changelog,
      'hello (1.0-3) unstable; urgency=medium\n\n  * Three.\n\n -- E <e@example.org>  Mon, 02 Nov 2026 12:00:00 +0000\n',
    );
    const own = await infoOf(sandbox, tree, '-k', releases[0] ?? '');
    expect(own.package).toMatchObject({ name: 'hello-dkms', version: '1.0-3' });
    expect(own.kernels[0]?.package?.version).toMatch(/^1\.0-3\+/);
  });

  test('a directory without a driver is an error', async ({ sandbox }) => {
    const { exitStatus, stderr } = await dkmsDeb(sandbox, [
      'info',
      join(sandbox.directory, 'none'),
    ]);
    expect(exitStatus).toBe(1);
    expect(stderr).toMatch(/none": no such file or directory\n {2}Name a source tree/);
  });
});
