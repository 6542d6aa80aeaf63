import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { renderTemplate } from '../../../src/system/text/template.ts';
import { scriptEffect } from '../../support/script-effect.ts';

const RELEASE = '6.1.0-1-amd64';
const DATA = {
  package: `duo-modules-${RELEASE}`,
  name: 'duo',
  moduleDirectory: '/lib/modules',
  release: RELEASE,
  loaded: ['duo_core', 'duo_dev'],
};

/** What a script runs on a machine with these files; `uname -r` says `running`. */
async function effect(
  script: 'postinst' | 'prerm' | 'postrm',
  files: readonly string[],
  running = RELEASE,
) {
  return withTemporaryDirectory('scripts', async (directory) => {
    for (const file of files) {
      const path = join(directory, file);
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, `#!/bin/sh\necho 'reboot:' >>"$RECORD"\n`, { mode: 0o755 });
    }
    await writeFile(join(directory, 'uname'), `#!/bin/sh\necho ${running}\n`, { mode: 0o755 });
    const text = renderTemplate(`package/modules-${script}`, DATA);
    const places = ['/lib/modules', '/sys/module', '/usr/share/update-notifier'];
    return scriptEffect(script, text, directory, {
      recorded: ['depmod', 'update-alternatives'],
      paths: Object.fromEntries(places.map((path) => [path, directory + path])),
    });
  });
}

const KERNEL = `lib/modules/${RELEASE}/kernel/fs/a.ko`;
/** Since Linux 7 it comes with linux-base-RELEASE, which the headers depend on. */
const HEADERS = `lib/modules/${RELEASE}/modules.order`;
const NOTIFIER = 'usr/share/update-notifier/notify-reboot-required';
const STATUS = `dkms: [status] [-m] [duo] [-k] [${RELEASE}]\n`;
const DEPMOD = `depmod: [-a] [${RELEASE}]\n`;

const [LINK, FILE] = ['duo-modules-dkms.conf', `/usr/share/duo-modules-${RELEASE}/dkms.conf`];
const SHARED = `update-alternatives: [--install] [/etc/dkms/duo.conf] [${LINK}] [${FILE}] [10]\n`;

test('postinst shares a file with other kernels, asks DKMS for its copies, runs depmod', async () => {
  expect(await effect('postinst', [KERNEL])).toEqual([
    `configure  → 0\n${SHARED}${STATUS}${DEPMOD}`,
    `configure 0.9 → 0\n${SHARED}${STATUS}${DEPMOD}`,
    `abort-upgrade 1.0 → 0\n${DEPMOD}`,
    `abort-remove → 0\n${SHARED}${DEPMOD}`,
    'triggered x → 0\n',
  ]);
});

test('bug: with headers but no kernel, depmod is not run', async () => {
  expect((await effect('postinst', [HEADERS])).join('')).not.toContain('depmod');
  expect((await effect('postrm', [HEADERS])).join('')).not.toContain('depmod');
});

test('without its kernel it leaves that alone', async () => {
  expect((await effect('postinst', []))[0]).toBe(`configure  → 0\n${SHARED}${STATUS}`);
  expect(await effect('postrm', [])).toEqual([
    'remove → 0\n',
    'purge → 0\n',
    'upgrade 1.0 → 0\n',
    'disappear x 1 → 0\n',
  ]);
});

test('postrm runs depmod after a removal only', async () => {
  expect((await effect('postrm', [KERNEL])).join('')).toBe(
    `remove → 0\n${DEPMOD}purge → 0\nupgrade 1.0 → 0\ndisappear x 1 → 0\n`,
  );
});

test('prerm gives up the shared file at a removal only', async () => {
  expect(await effect('prerm', [KERNEL])).toEqual([
    `remove → 0\nupdate-alternatives: [--remove] [${LINK}] [${FILE}]\n`,
    'upgrade 1.0 → 0\n',
    'deconfigure in-favour x 1 → 0\n',
    'failed-upgrade 0.9 → 0\n',
  ]);
});

test('a reboot is due where a module of it runs, once for all', async () => {
  const loaded = ['sys/module/duo_core/x', 'sys/module/duo_dev/x'];
  const first = async (files: readonly string[], running?: string) =>
    (await effect('postinst', files, running))[0];
  expect(await first([NOTIFIER, ...loaded])).toBe(`configure  → 0\n${SHARED}${STATUS}reboot:\n`);
  expect(await first([NOTIFIER, 'sys/module/duo_dev/x'])).toMatch(/reboot:\n$/);
  for (const [files, running] of [
    [[NOTIFIER], RELEASE],
    [loaded, RELEASE],
    [[NOTIFIER, ...loaded], '6.1.0-2-amd64'],
  ] as const) {
    expect(await first(files, running)).toBe(`configure  → 0\n${SHARED}${STATUS}`);
  }
});
