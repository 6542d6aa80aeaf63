import { appendFile, chmod, copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';
import type { KernelImage } from './kernels.ts';
import { moduleFiles, moduleName } from './module-files.ts';
import { cached } from './project.ts';

/**
 * Parts of the cached root that a test machine does not need: compiler, headers, its own kernel, perl's
 * library, and the setting that keeps dpkg from unpacking documentation. DKMS and debconf's questions are left out, too:
 * each package that is configured asks `dkms status`, and each call of apt starts perl, which takes seconds in emulation.
 * test/interop/package/beside-dkms.test.ts has packages of modules beside DKMS.
 */
const NOT_NEEDED = [
  ...['./boot', './dev/*', './usr/lib/modules', './usr/src', './usr/lib/gcc', './usr/lib/udev'],
  ...['./usr/lib/linux-kbuild*', './usr/bin/x86_64-linux-gnu-*', './usr/share/perl'],
  ...['./usr/lib/x86_64-linux-gnu/perl', './usr/lib/x86_64-linux-gnu/gconv', '*/lib?san.so*'],
  ...['./etc/dpkg/dpkg.cfg.d/*', './usr/sbin/dkms', './etc/apt/apt.conf.d/70debconf'],
];

/** A Debian without a kernel: dpkg, apt, kmod, coreutils and their dependencies. */
export interface VmRoot {
  /** An initramfs. */
  readonly file: string;
  /** dpkg's status file, with the stanzas of all packages of the original root. */
  readonly status: string;
}

const STATUS_FILE = 'var/lib/dpkg/status';

/** Makes an initramfs of the cached bookworm root in `directory`. */
export async function makeVmRoot(directory: string): Promise<VmRoot> {
  const file = join(directory, 'bookworm.cpio');
  return withTemporaryDirectory('vm-root', async (scratch) => {
    const exclude = NOT_NEEDED.map((pattern) => `--exclude=${pattern}`);
    await run('tar', ['-xf', cached('bookworm-root.tar'), '--no-same-owner', ...exclude], {
      cwd: scratch,
    });
    await pack(scratch, file);
    return { file, status: await readFile(join(scratch, STATUS_FILE), 'utf8') };
  });
}

interface Contents {
  readonly release: string;
  readonly root: VmRoot;
  readonly packages: readonly string[];
  readonly kernel: KernelImage;
  /** The script that the kernel runs first. */
  readonly init: string;
}

/**
 * Writes `target`: the root, the kernel package's stanza and modules, the packages and /init. The kernel
 * unpacks concatenated archives; a later archive replaces files of an earlier one.
 */
export async function packageInitramfs(target: string, contents: Contents): Promise<void> {
  const { release, root, packages, kernel, init } = contents;
  await withTemporaryDirectory('vm-kernel', async (scratch) => {
    const tree = join(scratch, 'tree');
    await mkdir(join(tree, 'packages'), { recursive: true });
    await writeFile(join(tree, 'init'), init);
    await chmod(join(tree, 'init'), 0o755);
    for (const file of packages) {
      await copyFile(file, join(tree, 'packages', basename(file)));
      await run('dpkg-deb', ['-x', file, join(scratch, 'unpacked')]);
    }
    const drivers = await moduleFiles(join(scratch, 'unpacked'));
    await addKernelModules(join(tree, 'usr/lib/modules', release), kernel.modules, drivers);
    await addStatus(tree, root.status, kernel.status);
    const own = join(scratch, 'own.cpio');
    await pack(tree, own);
    await copyFile(root.file, target);
    await appendFile(target, await readFile(own));
  });
}

/** Returns the kernel's own modules that the drivers need, with their dependencies. */
async function addKernelModules(
  target: string,
  kernelModules: string,
  drivers: readonly string[],
): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const name of ['modules.order', 'modules.builtin', 'modules.builtin.modinfo']) {
    await copyFile(join(kernelModules, name), join(target, name));
  }
  const files = new Map(
    (await moduleFiles(join(kernelModules, 'kernel'))).map((file) => [named(file), file]),
  );
  const wanted = [...drivers];
  for (let file = wanted.pop(); file !== undefined; file = wanted.pop()) {
    const { stdout } = await run('modinfo', ['-F', 'depends', file]);
    for (const name of stdout.trim().split(',').filter(Boolean)) {
      const dependency = files.get(name);
      // Missing: the module is in the tested package, or was copied before.
      if (dependency === undefined) continue;
      files.delete(name);
      wanted.push(dependency);
      const path = join(target, relative(kernelModules, dependency));
      await mkdir(dirname(path), { recursive: true });
      await cp(dependency, path);
    }
  }
}

/** The kernel writes _ in names, but the file of a module may have - instead. */
function named(file: string): string {
  return moduleName(file).replaceAll('-', '_');
}

/** Marks the kernel's package as installed for dpkg in the machine, as it would be on a real one. */
async function addStatus(tree: string, before: string, status: string): Promise<void> {
  const info = join(tree, 'var/lib/dpkg/info');
  await mkdir(info, { recursive: true });
  await writeFile(join(tree, STATUS_FILE), `${before.trimEnd()}\n\n${status.trimEnd()}\n\n`);
  const [, name = ''] = /^Package: (.*)$/m.exec(status) ?? [];
  await writeFile(join(info, `${name}.list`), '/.\n');
}

/** Without compression: under emulation, the kernel would take too long to unpack it. */
async function pack(tree: string, file: string): Promise<void> {
  await run('sh', ['-c', 'find . | cpio --quiet -o -H newc -R 0:0 >"$0"', file], { cwd: tree });
}
