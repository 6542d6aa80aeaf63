import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { lastLines } from '../../src/system/text/last-lines.ts';
import { runInVm } from '../../test/support/debian-vm.ts';
import { moduleFiles } from '../../test/support/module-files.ts';
import { makeVmRoot } from '../../test/support/vm-initramfs.ts';
import type { UnpackedImage } from './kernel-image.ts';

/** What happened in the machine. */
export interface BootResult {
  /** `uname -r`; empty if the kernel did not get so far. */
  readonly release: string;
  readonly loaded: boolean;
  /** What /proc/hello says. */
  readonly said: string;
  /** What failed, or the last lines of the console. */
  readonly log: string;
}

interface Boot {
  readonly release: string;
  readonly image: UnpackedImage;
  /** The package of examples/hello. */
  readonly deb: string;
}

/** Boots a Debian in memory. dpkg installs the package, modprobe loads and unloads its module. */
export async function bootAmd64({ release, image, deb }: Boot, state: string): Promise<BootResult> {
  return withTemporaryDirectory('boot', async (directory) => {
    await mkdir(join(state, 'root'), { recursive: true });
    const root = await makeVmRoot(directory);
    const steps = {
      // The machine gets only the modules of the kernel that the package needs. Here the package needs none. postinst
      // takes the directory `kernel` as a sign that the kernel is installed.
      before: 'mkdir -p "/usr/lib/modules/$(uname -r)/kernel" && depmod',
      release: 'uname -r',
      install: 'dpkg -i /packages/*.deb',
      load: 'modprobe hello && grep ^hello /proc/modules',
      hello: 'cat /proc/hello',
      unload: 'modprobe -r hello',
    };
    try {
      const done = await runInVm({ release, kernel: image, root, packages: [deb], steps });
      const output = (step: string) => done[step]?.output ?? '';
      const failed = Object.entries(done).find(([, { status }]) => status !== 0);
      return {
        release: output('release').trim(),
        loaded: failed === undefined,
        said: output('hello'),
        log: failed === undefined ? '' : oneLine(`${failed[0]}: ${failed[1].output}`),
      };
    } catch (error) {
      return { release: '', loaded: false, said: '', log: oneLine(String(error)) };
    }
  });
}

const INIT = `#!/bin/sh
/bin/busybox mkdir -p /proc
/bin/busybox mount -t proc proc /proc
/bin/busybox echo "@@release $(/bin/busybox uname -r)"
/bin/busybox insmod /hello.ko && /bin/busybox echo "@@loaded $(/bin/busybox grep ^hello /proc/modules)"
/bin/busybox echo "@@said $(/bin/busybox cat /proc/hello)"
/bin/busybox rmmod hello && /bin/busybox echo @@unloaded
/bin/busybox poweroff -f
`;

/** Boots with busybox only, which loads the module of the package. */
export async function bootArm64({ image, deb }: Boot, state: string): Promise<BootResult> {
  return withTemporaryDirectory('boot', async (directory) => {
    const tree = join(directory, 'tree');
    await mkdir(join(tree, 'bin'), { recursive: true });
    const debs = join(directory, 'debs');
    await mkdir(debs);
    await run('apt-get', [...image.apt, 'download', '-qq', 'busybox-static'], {
      cwd: debs,
      timeoutSeconds: 300,
    });
    const [busybox = ''] = await readdir(debs);
    await run('dpkg-deb', ['-x', join(debs, busybox), join(directory, 'busybox')]);
    await run('dpkg-deb', ['-x', deb, join(directory, 'package')]);
    const [module = ''] = await moduleFiles(join(directory, 'package'));
    const script =
      'cp "$(find busybox -perm -100 -name busybox -type f | head -n 1)" tree/bin/busybox; ln -s busybox tree/bin/sh; case $0 in *.xz) xz -dc "$0" >tree/hello.ko ;; *) cp "$0" tree/hello.ko ;; esac';
    await run('sh', ['-ec', script, module], { cwd: directory });
    await writeFile(join(tree, 'init'), INIT);
    await chmod(join(tree, 'init'), 0o755);
    const initramfs = join(state, 'initramfs-arm64');
    await run('sh', ['-c', 'find . | cpio --quiet -o -H newc -R 0:0 >"$0"', initramfs], {
      cwd: tree,
    });
    const { output } = await run(
      'qemu-system-aarch64',
      [
        ...[
          '-M',
          'virt',
          '-cpu',
          'cortex-a57',
          '-accel',
          'tcg',
          '-m',
          '1024',
          '-nodefaults',
          '-no-reboot',
        ],
        ...['-display', 'none', '-serial', 'stdio', '-kernel', image.file, '-initrd', initramfs],
        ...['-append', 'console=ttyAMA0 quiet panic=-1'],
      ],
      { timeoutSeconds: 900, accept: ANY_STATUS },
    );
    const line = (name: string) => new RegExp(`@@${name} ?(.*)`).exec(output)?.[1]?.trim();
    return {
      release: line('release') ?? '',
      loaded: line('loaded') !== undefined && line('unloaded') !== undefined,
      said: line('said') ?? '',
      log: oneLine(/Kernel panic.*/.exec(output)?.[0] ?? lastLines(output, 3).join(' ')),
    };
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 120);
}
