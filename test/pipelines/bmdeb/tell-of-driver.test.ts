import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import type { BuiltModule } from '../../../src/module/compile/finish-module.ts';
import { commonFilesOf } from '../../../src/package/modules/common-files.ts';
import { tellOfFirmware, tellOfHooks } from '../../../src/pipelines/bmdeb/tell-of-driver.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

function noting() {
  const notes: string[] = [];
  return { notes, reporter: { ...silentReporter, note: (text: string) => notes.push(text) } };
}

test('what POST_INSTALL does is told, without comments and escape sequences', async () => {
  await withTemporaryDirectory('hooks', async (directory) => {
    const script =
      '#!/bin/sh\n# Rules\ncp 60.rules /etc/udev/rules.d\n\nudevadm \u001b[31mcontrol\n';
    await writeFile(join(directory, 'post.sh'), script);
    const { notes, reporter } = noting();
    const installHooks = [
      { directive: 'POST_INSTALL', command: 'post.sh now' },
      { directive: 'POST_REMOVE', command: 'gone.sh' },
    ] as const;
    await tellOfHooks({ installHooks }, { directory }, reporter);
    expect(notes).toEqual([
      'Packages of modules do not run POST_INSTALL of dkms.conf: post.sh now, which does: cp 60.rules /etc/udev/rules.d; udevadm control.',
      'Packages of modules do not run POST_REMOVE of dkms.conf: gone.sh.',
    ]);
  });
});

test('a script outside of the source is named, but not read', async () => {
  await withTemporaryDirectory('hooks', async (scratch) => {
    const directory = join(scratch, 'tree');
    await mkdir(directory);
    await writeFile(join(scratch, 'secret'), 'password\n');
    await symlink('../secret', join(directory, 'link'));
    const { notes, reporter } = noting();
    const installHooks = ['../secret', 'link'].map((command) => ({
      directive: 'POST_INSTALL' as const,
      command,
    }));
    await tellOfHooks({ installHooks }, { directory }, reporter);
    expect(notes).toEqual([
      'Packages of modules do not run POST_INSTALL of dkms.conf: ../secret.',
      'Packages of modules do not run POST_INSTALL of dkms.conf: link.',
    ]);
  });
});

test('firmware is told of that neither the driver nor a package of Debian has', () => {
  const tree = new StagedTree(0);
  tree.addFile('usr/lib/firmware/updates/hello/own.bin', { bytes: Buffer.from('x') });
  const common = commonFilesOf(tree, 0);
  const firmware = ['hello/own.bin', 'hello/other.bin', 'rtl_nic/rtl8168g-2.fw'];
  const modules = [{ firmware } as unknown as BuiltModule];
  const told = (family: 'debian' | 'ubuntu' | undefined) => {
    const { notes, reporter } = noting();
    tellOfFirmware({ modules }, { common }, family, reporter);
    return notes;
  };
  expect(told('debian')).toEqual([
    'The modules ask for firmware of which no package is known: hello/other.bin.',
  ]);
  expect(told('ubuntu')[0]).toContain('hello/other.bin, rtl_nic/rtl8168g-2.fw');
  expect(told(undefined)).toEqual(told('ubuntu'));
});
