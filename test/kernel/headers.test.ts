import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installedReleases, readHeaders } from '../../src/kernel/headers.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';

async function makeModules(directory: string, releases: readonly string[]): Promise<void> {
  for (const release of releases) {
    await mkdir(join(directory, release, 'build/include'), { recursive: true });
  }
}

test('bug: 6.12 came before 6.9', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const releases = [
      '6.1.0-9-amd64',
      '6.1.0-10-amd64',
      '6.1.0-10-rt-amd64',
      '6.9.1',
      '6.12.1+deb12-amd64',
    ];
    await makeModules(directory, releases.toReversed());
    await mkdir(join(directory, '5.10.0-image-only'));
    await symlink('/nonexistent', join(directory, '5.10.0-image-only/build'));
    expect(await installedReleases(directory)).toEqual(releases);
  });
});

test('without /lib/modules there are no kernels', async () => {
  expect(await installedReleases('/nonexistent')).toEqual([]);
});

test('headers of no package', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const release = '99.1.0-dkms-deb-test';
    await makeModules(directory, [release]);
    const build = join(directory, release, 'build');
    const architecture = (await run('dpkg', ['--print-architecture'])).stdout.trim();
    expect(await readHeaders(release, directory)).toMatchObject({
      release,
      directory: build,
      configFile: undefined,
      config: new Map(),
      architecture,
      moduleDirectory: '/lib/modules',
      packageVersion: undefined,
    });
    await writeFile(join(build, '.config'), 'CONFIG_A="b"\n');
    expect(await readHeaders(release, directory)).toMatchObject({
      configFile: join(build, '.config'),
      config: new Map([['CONFIG_A', 'b']]),
    });
  });
});

test('missing headers give exit status 21 and a hint with the package', async () => {
  await expect(readHeaders('99.1.0-1-amd64', '/nonexistent')).rejects.toMatchObject({
    code: 'no-headers',
    exitStatus: 21,
    hint: 'Install the headers of 99.1.0-1-amd64: apt install linux-headers-99.1.0-1-amd64',
  });
});

describe('invalid releases', () => {
  test.each(['', '../etc', 'a/b', '-k', 'a b', 'x\n', 'x'.repeat(65), '6.1;reboot'])(
    '%j',
    async (release) => {
      await expect(readHeaders(release)).rejects.toMatchObject({
        code: 'bad-kernel-release',
        exitStatus: 21,
      });
    },
  );
});
