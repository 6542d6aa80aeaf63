import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { withFleetMachine } from '../support/fleet-machine.ts';
import { withFleet } from '../support/fleet-operator.ts';
import { offeredRelease } from '../support/offered-kernels.ts';
import { type Sandbox, sandboxTest as test } from '../support/sandbox.ts';

/** A driver that does not compile for 6.12.3 before version 1.1. */
async function writeFragile({ directory }: Sandbox, version: '1.0' | '1.1'): Promise<void> {
  const tree = join(directory, 'fragile');
  await mkdir(tree, { recursive: true });
  const files = {
    'dkms.conf': `PACKAGE_NAME=fragile\nPACKAGE_VERSION=${version}\nBUILT_MODULE_NAME[0]=fragile\nDEST_MODULE_LOCATION[0]=/updates\n`,
    Makefile: `obj-m := fragile.o\nccflags-$(if $(filter 6.12.3+%,$(KERNELRELEASE)),y) += -DNEW_INTERFACE\n`,
    'fragile.c': `// SPDX-License-Identifier: GPL-2.0\n#include <linux/module.h>\n#if defined(NEW_INTERFACE) && ${version === '1.0' ? 1 : 0}\n#error "the interface has changed"\n#endif\nMODULE_DESCRIPTION("x");\nMODULE_LICENSE("GPL");\n`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(tree, name), text);
}

/** The name of a package of modules for 6.12.N in the pool. */
const modules = (driver: string, kernel: number) =>
  `${driver.replace(/ .*/, '')}-modules-${offeredRelease(kernel)}_${driver.replace(/.* /, '')}+6.12.${kernel}-1_amd64.deb`;
const meta = (driver: string, kernel: number) =>
  modules(driver, kernel).replace(/-modules-[^_]*/, '-modules-amd64');

const DRIVERS = ['hello', 'fragile'];

test('a machine follows its fleet: new kernels, a driver that fails, a withdrawn kernel, other keys', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  await exampleDirectory('hello', directory);
  await writeFragile(sandbox, '1.0');
  await withFleet(sandbox, DRIVERS, async ({ kernels, mirror, job, signWith }) => {
    // Two kernels, and a machine that has the older one.
    await signWith('first');
    await kernels.offer([1, 2]);
    await kernels.updateMirror();
    expect(await job()).toMatchObject({
      planned: [
        'fragile 6.12.1: new driver',
        'fragile 6.12.2: new driver',
        'hello 6.12.1: new driver',
        'hello 6.12.2: new driver',
      ],
      exitStatus: 0,
      added: expect.arrayContaining([meta('fragile 1.0', 2), meta('hello 1.0', 2)]),
    });
    await withFleetMachine(mirror, kernels.key, directory, async (machine) => {
      const { apt, upgrade, root } = machine;
      const versions = () => machine.versions(DRIVERS);
      await apt('update', '--error-on=any');
      await apt('install', 'linux-image-amd64=6.12.1-1');
      const bootstrap = join(directory, 'site/dkms-deb/acme-archive-keyring_trixie.deb');
      await apt('install', await root.copyIn(bootstrap));
      await apt('update', '--error-on=any');
      await apt('install', 'hello-modules-amd64', 'fragile-modules-amd64');
      const second = ['6.12.2-1', '1.0+6.12.2-1', '1.0+6.12.2-1'];
      expect(await versions()).toEqual(second);
      expect(await machine.fileOf('hello', offeredRelease(2))).toMatch(/\/updates\/hello\.ko/);

      // The third kernel appears before its modules: it is held back, and nothing else is.
      await kernels.offer([1, 2, 3]);
      await kernels.updateMirror();
      expect(await upgrade()).toEqual(['linux-image-amd64']);
      expect(await versions()).toEqual(second);

      // One driver fails for it: its last good modules stay, and so does this machine's kernel.
      const third = await job();
      expect(third).toMatchObject({
        planned: ['fragile 6.12.3: new kernel', 'hello 6.12.3: new kernel'],
        exitStatus: 10,
        added: [modules('hello 1.0', 3), meta('hello 1.0', 3)],
      });
      expect(third.said).toContain(
        `fragile failed for ${offeredRelease(3)}: no package is published for this kernel`,
      );
      expect(await upgrade()).toEqual(['hello-modules-amd64', 'linux-image-amd64']);
      expect(await versions()).toEqual(second);

      // The driver is mended: the kernel comes with the modules of both.
      await writeFragile(sandbox, '1.1');
      expect(await job()).toMatchObject({
        planned: ['fragile 6.12.2: driver changed, conf changed', 'fragile 6.12.3: new kernel'],
        exitStatus: 0,
      });
      expect(await upgrade()).toEqual([]);
      expect(await versions()).toEqual(['6.12.3-1', '1.0+6.12.3-1', '1.1+6.12.3-1']);
      expect(await machine.fileOf('fragile', offeredRelease(3))).toMatch(/\/fragile\.ko/);

      // The modules of the fourth kernel are there before the machine's mirror has the kernel.
      await kernels.offer([2, 3, 4]);
      expect((await job()).planned).toEqual([
        'fragile 6.12.4: new kernel',
        'hello 6.12.4: new kernel',
      ]);
      expect(await upgrade()).toEqual(['fragile-modules-amd64', 'hello-modules-amd64']);
      expect(await versions()).toEqual(['6.12.3-1', '1.0+6.12.3-1', '1.1+6.12.3-1']);
      await kernels.updateMirror();
      expect(await upgrade()).toEqual([]);
      const fourth = ['6.12.4-1', '1.0+6.12.4-1', '1.1+6.12.4-1'];
      expect(await versions()).toEqual(fourth);

      // It is withdrawn: machines that have it keep it, others get the third one again.
      await kernels.offer([2, 3]);
      await kernels.updateMirror();
      expect(await job()).toMatchObject({
        planned: [],
        exitStatus: 0,
        added: [meta('fragile 1.1', 3), meta('hello 1.0', 3)],
      });
      expect(await upgrade()).toEqual([]);
      expect(await versions()).toEqual(fourth);
      await apt('purge', 'linux-image-amd64', 'hello-modules-amd64', 'fragile-modules-amd64');
      await apt('install', 'hello-modules-amd64', 'fragile-modules-amd64');
      expect(await versions()).toEqual(['6.12.3-1', '1.0+6.12.3-1', '1.1+6.12.3-1']);

      // Nothing is planned, and the index stays as it is.
      const index = () => readFile(join(directory, 'site/dists/trixie/InRelease'));
      const before = await index();
      expect(await job()).toMatchObject({ planned: [], exitStatus: 0, added: [] });
      expect(await index()).toEqual(before);

      // Other keys reach machines as an upgrade. One that has missed it refuses the repository.
      const file = '/usr/share/keyrings/acme-archive-keyring.gpg';
      await root.run('cp', [file, '/root/missed.gpg']);
      await signWith('first', 'next');
      await job();
      expect(await upgrade()).toEqual([]);
      await signWith('next');
      await job();
      expect(await upgrade()).toEqual([]);
      await root.run('cp', ['/root/missed.gpg', file]);
      await root.run('sh', ['-c', 'rm -r /var/lib/apt/lists/*']);
      const refused = await root.run('apt-get', ['update'], { accept: [100] });
      expect(refused.output).toMatch(/NO_PUBKEY|Missing key|is not signed/);
    });
  });
}, 1_200_000);
