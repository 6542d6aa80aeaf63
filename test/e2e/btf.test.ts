import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { driverTree } from '../support/driver.ts';
import { installedKernels } from '../support/kernels.ts';
import { moduleFiles } from '../support/module-files.ts';
import { pathWithout } from '../support/path-without.ts';
import { type CallOptions, call, dkmsDeb, sandboxTest as test } from '../support/sandbox.ts';

const installed = await installedKernels();
const withBtf = installed.find((each) => existsSync(`/usr/src/linux-headers-${each}/vmlinux`));

describe('headers with BTF, where pahole is not installed', () => {
  // Bug: make failed, "pahole: not found".
  test('the modules have no BTF, and one message says so', async ({ sandbox }) => {
    const headers = `/usr/src/linux-headers-${withBtf}`;
    const tree = await driverTree('hello', sandbox.directory);
    const args = ['bmdeb', '--no-cache', '--headers', headers, '-o', sandbox.out, tree];
    const sections = async (options: CallOptions) => {
      const { exitStatus, stdout, stderr } = await dkmsDeb(sandbox, args, options);
      expect(exitStatus, stderr).toBe(0);
      const unpacked = await mkdtemp(join(sandbox.directory, 'unpacked-'));
      await call(sandbox, 'dpkg-deb', ['-x', stdout.trim(), unpacked]);
      const [module = ''] = await moduleFiles(unpacked);
      await call(sandbox, 'xz', ['-df', module]);
      const listed = await call(sandbox, 'readelf', ['-SW', module.replace(/\.xz$/, '')]);
      return { listed: listed.stdout, stderr };
    };
    const without = await sections({ env: { PATH: await pathWithout(/^pahole$/, sandbox) } });
    expect(without.listed).not.toContain(' .BTF ');
    expect(
      without.stderr.match(/^pahole is not .*the modules have no BTF.*apt install pahole$/gm),
    ).toHaveLength(1);
    const whole = await sections({});
    expect(whole.listed).toContain(' .BTF ');
    expect(whole.stderr).not.toContain('pahole');
  });
});
