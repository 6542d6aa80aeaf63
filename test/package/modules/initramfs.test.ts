import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Modinfo } from '../../../src/module/format/modinfo.ts';
import { initramfsSnippet, isBootModule } from '../../../src/package/modules/initramfs.ts';
import type { InitramfsChoice } from '../../../src/package/modules/package-choices.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { scriptEffect } from '../../support/script-effect.ts';

const RELEASE = '6.1.0-1-amd64';

/** What postinst runs when it is called with `configure`, by the files that the machine has. */
async function effect(
  choice: InitramfsChoice,
  files: Readonly<Record<string, string>>,
  words: readonly (readonly [string, string])[] = [],
): Promise<string[]> {
  return withTemporaryDirectory('initramfs', async (directory) => {
    // No ELF object, and so of no class.
    const module = join(directory, 'hello_x.ko');
    await writeFile(module, '');
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text, { mode: 0o755 });
    }
    let snippet = await initramfsSnippet(choice, [{ file: module }], RELEASE);
    for (const [from, to] of words) snippet = snippet.replaceAll(from, to);
    const places = ['/boot', '/etc', '/usr/share/initramfs-tools'];
    const effects = await scriptEffect('postinst', `#!/bin/sh\nset -e\n${snippet}`, directory, {
      recorded: ['update-initramfs', 'dracut'],
      paths: Object.fromEntries(places.map((path) => [path, directory + path])),
    });
    return effects.map((text) => text.replaceAll(directory, ''));
  });
}

const NOTHING = [
  'configure  → 0\n',
  'configure 0.9 → 0\n',
  'abort-upgrade 1.0 → 0\n',
  'abort-remove → 0\n',
  'triggered x → 0\n',
];
const call = (text: string) =>
  NOTHING.map((line) => (line.startsWith('configure') ? line + text : line));
const UPDATED = call(`update-initramfs: [-u] [-k] [${RELEASE}]\n`);

const INITRD = { [`boot/initrd.img-${RELEASE}`]: '' };
const lists = (text: string) => ({ lsinitramfs: `#!/bin/sh\nprintf '${text}'\n` });

describe('postinst', () => {
  test.each<[string, InitramfsChoice, Record<string, string>, string[]]>([
    ['never', 'never', INITRD, NOTHING],
    ['always', 'always', INITRD, UPDATED],
    [
      'always, but this kernel has none',
      'always',
      { 'boot/initrd.img-6.1.0-2-amd64': '' },
      NOTHING,
    ],
    ['auto, nobody wants it', 'auto', { ...INITRD, ...lists('usr/lib/x/hello.ko\\n') }, NOTHING],
    [
      'auto, it is in the present one under its other name',
      'auto',
      { ...INITRD, ...lists(`usr/lib/modules/${RELEASE}/kernel/hello-x.ko.xz\\n`) },
      UPDATED,
    ],
    [
      'auto, listed for initramfs-tools',
      'auto',
      { ...INITRD, ...lists(''), 'etc/initramfs-tools/modules': '# list\n  hello_x option=1\n' },
      UPDATED,
    ],
    [
      'auto, in a comment only',
      'auto',
      { ...INITRD, ...lists(''), 'etc/initramfs-tools/modules': '# hello_x\nhello_xy\n' },
      NOTHING,
    ],
    [
      'auto, listed by a package',
      'auto',
      { ...INITRD, ...lists(''), 'usr/share/initramfs-tools/modules.d/x': 'hello-x\n' },
      UPDATED,
    ],
    [
      'auto, listed for dracut',
      'auto',
      { ...INITRD, ...lists(''), 'etc/dracut.conf.d/x.conf': 'add_drivers+=" a hello_x "\n' },
      UPDATED,
    ],
    [
      'auto, left out by dracut',
      'auto',
      { ...INITRD, ...lists(''), 'etc/dracut.conf.d/x.conf': 'omit_drivers+=" hello_x "\n' },
      NOTHING,
    ],
  ])('%s', async (_, choice, files, expected) => {
    expect(await effect(choice, files)).toEqual(expected);
  });

  test('with dracut alone', async () => {
    const without = [['command -v update-initramfs', 'command -v no-such-program']] as const;
    expect(await effect('always', INITRD, without)).toEqual(
      call(`dracut: [--force] [/boot/initrd.img-${RELEASE}] [${RELEASE}]\n`),
    );
  });

  test('a failure of update-initramfs is one of postinst', async () => {
    const failing = [['update-initramfs -u', 'false -u']] as const;
    const [first] = await effect('always', INITRD, failing);
    expect(first).toBe('configure  → 1\n');
  });
});

test.each<[boolean, readonly string[], readonly string[]]>([
  [true, ['printk', 'register_filesystem'], []],
  [true, ['__hid_register_driver'], ['hid:b0003g*v0000045Ep*']],
  [true, ['blk_mq_alloc_tag_set'], []],
  [true, ['__blk_mq_alloc_disk'], []],
  [true, ['scsi_host_alloc'], []],
  [true, ['register_netdev'], ['pci:v00008086d*']],
  [false, ['register_netdevice'], []],
  [false, ['proc_create', 'misc_register'], ['devname:x']],
])('of a boot class: %s: %j', (expected, imports, aliases) => {
  const modinfo = new Modinfo(new Map([['alias', aliases]]));
  expect(isBootModule({ imports, modinfo })).toBe(expected);
});
