import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { run } from '../../src/system/run.ts';

/** What the console shows before and after the text of /proc/modules. */
export const MODULES_BEGIN = '=== /proc/modules';
export const MODULES_END = '=== end';

/** How a compressed module is read; busybox's insmod wants a plain one, whatever the kernel can do. */
const DECOMPRESS: Readonly<Record<string, string>> = { '.gz': 'gzip', '.xz': 'xz', '.zst': 'zstd' };

/**
 * Builds an initramfs in `directory` that loads the modules in order, runs the commands (busybox
 * sh), shows /proc/modules and switches the machine off. Returns the file.
 */
export async function buildInitramfs(
  directory: string,
  modules: readonly string[],
  commands: readonly string[],
): Promise<string> {
  const tree = join(directory, 'initramfs');
  for (const name of ['bin', 'dev', 'modules', 'proc', 'sys']) {
    await mkdir(join(tree, name), { recursive: true });
  }
  await copyFile('/bin/busybox', join(tree, 'bin/busybox'));
  const names: string[] = [];
  for (const file of modules) names.push(await addModule(tree, file));
  await writeFile(join(tree, 'init'), initScript(names, commands));
  await chmod(join(tree, 'init'), 0o755);

  const file = join(directory, 'initramfs.cpio');
  // Not compressed: it is small, and under emulation the kernel would take its time to unpack it.
  await run('sh', ['-c', 'find . | cpio --quiet -o -H newc -R 0:0 >"$0"', file], { cwd: tree });
  return file;
}

/** Copies a module into the tree, decompressed, and returns its name there. */
async function addModule(tree: string, file: string): Promise<string> {
  const program = DECOMPRESS[extname(file)];
  const name = basename(file, program ? extname(file) : '');
  const target = join(tree, 'modules', name);
  if (program) await run('sh', ['-c', `${program} -dc <"$0" >"$1"`, file, target]);
  else await copyFile(file, target);
  return name;
}

function initScript(modules: readonly string[], commands: readonly string[]): string {
  return [
    '#!/bin/busybox sh',
    '/bin/busybox --install -s /bin',
    'export PATH=/bin',
    'mount -t proc proc /proc',
    'mount -t sysfs sysfs /sys',
    'mount -t devtmpfs devtmpfs /dev',
    // The boot is quiet; from here on every message of the modules is wanted.
    'echo 8 >/proc/sys/kernel/printk',
    ...modules.map((name) => `insmod /modules/${name} || echo "insmod ${name}: failed, $?"`),
    ...commands,
    `echo '${MODULES_BEGIN}'`,
    'cat /proc/modules',
    `echo '${MODULES_END}'`,
    'poweroff -f',
    '',
  ].join('\n');
}
