import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { DkmsConf } from '../../../src/dkms/conf/conf.ts';
import { parseKernelConfig } from '../../../src/kernel/config.ts';
import type { KernelHeaders } from '../../../src/kernel/headers.ts';
import { stageDbgsymPackage } from '../../../src/package/modules/dbgsym-package.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { helloDescription } from '../../support/module-build.ts';

const RELEASE = '6.12.117+deb13-amd64';

async function links(moduleDirectory: KernelHeaders['moduleDirectory'], withData = true) {
  return withTemporaryDirectory('dbgsym', async (directory) => {
    const file = join(directory, 'hello.ko.debug');
    await writeFile(file, 'debug data');
    const debug = withData ? [{ name: 'hello', file, buildId: `ab${'c'.repeat(38)}` }] : [];
    const headers: KernelHeaders = {
      release: RELEASE,
      directory: '/nowhere',
      configFile: undefined,
      config: parseKernelConfig(''),
      architecture: 'amd64',
      machine: 'x86_64',
      moduleDirectory,
      packageVersion: '6.12.117-1',
    };
    const build = { conf: { name: 'hello' } as DkmsConf, debug };
    const staged = await stageDbgsymPackage(build, headers, helloDescription('1.0-1'), {
      timestamp: 0,
    });
    return staged?.tree
      .entries()
      .flatMap((entry) =>
        entry.type === 'symlink'
          ? [`${entry.path} -> ${join('/', dirname(entry.path), entry.target)}`]
          : [],
      )
      .sort();
  });
}

const DATA = `/usr/lib/debug/.build-id/ab/${'c'.repeat(38)}.debug`;
const DOCUMENTS = `usr/share/doc/hello-modules-${RELEASE}-dbgsym -> /usr/share/doc/hello-modules-${RELEASE}`;
const CRASH = `usr/lib/debug/lib/modules/${RELEASE}/updates/hello.ko.debug -> ${DATA}`;

test('links lead to the debug data: where crash looks, and where the module lies', async () => {
  expect(await links('/lib/modules')).toEqual([CRASH, DOCUMENTS]);
  expect(await links('/usr/lib/modules')).toEqual([
    CRASH,
    `usr/lib/debug/usr/lib/modules/${RELEASE}/updates/hello.ko.debug -> ${DATA}`,
    DOCUMENTS,
  ]);
});

test('without debug data there is no package', async () => {
  expect(await links('/lib/modules', false)).toBeUndefined();
});
