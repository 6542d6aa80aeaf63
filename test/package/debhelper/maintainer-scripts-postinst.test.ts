import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { renderTemplate } from '../../../src/system/text/template.ts';

/** Runs the part of postinst with a dkms, a uname and a common.postinst of the test. */
async function configure(
  release: string,
  status: string,
): Promise<{ stderr: string; exitStatus: number }> {
  return withTemporaryDirectory('postinst', async (directory) => {
    const bin = join(directory, 'bin');
    await mkdir(bin);
    const common = join(bin, 'common.postinst');
    const programs = {
      dkms: `echo "${status}"`,
      uname: `echo ${release}`,
      'common.postinst': 'exit 0',
    };
    for (const [name, line] of Object.entries(programs)) {
      await writeFile(join(bin, name), `#!/bin/sh\n${line}\n`);
      await chmod(join(bin, name), 0o755);
    }
    const data = { package: 'hello-dkms', name: 'hello', version: '1.0' };
    const text = renderTemplate('package/dkms-postinst', data).replaceAll(
      '/usr/lib/dkms/common.postinst',
      common,
    );
    const script = `set -e\nPATH=${bin}:$PATH\n${text}`;
    return run('sh', ['-c', script, 'postinst', 'configure'], { accept: [0, 1] });
  });
}

test.each([
  ['9.9.0-1-pve', 'apt install proxmox-headers-9.9.0-1-pve'],
  ['9.9.0-current-rockchip64', 'apt install linux-headers-current-rockchip64'],
  ['9.9.0-microsoft-standard-WSL2', 'no package has them'],
  ['9.9.0-1-amd64', 'apt install linux-headers-9.9.0-1-amd64'],
])(
  'postinst says plainly that nothing was built for want of headers, on %s',
  async (release, words) => {
    const { stderr, exitStatus } = await configure(release, 'hello/1.0: added');
    expect(exitStatus).toBe(0);
    expect(stderr).toContain('hello-dkms: NO MODULE IS INSTALLED');
    expect(stderr).toContain(words);
  },
);

test('postinst is silent where a module is installed', async () => {
  const { stderr, exitStatus } = await configure(
    '9.9.0-1-amd64',
    'hello/1.0, 9.9.0-1-amd64, x86_64: installed',
  );
  expect({ stderr, exitStatus }).toEqual({ stderr: '', exitStatus: 0 });
});
