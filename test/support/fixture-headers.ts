import {
  cp,
  mkdir,
  rename as move,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join, relative } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { installedKernels } from './kernels.ts';

/** How a test's headers differ from those that they are made of. */
export interface HeadersShape {
  readonly release: string;
  /** `uname -v`, by which the distribution is recognized. */
  readonly utsVersion: string;
  /** Changes of the configuration: values by name, such as `CONFIG_CC_IS_CLANG`: `y`; '' removes a name. */
  readonly config?: Readonly<Record<string, string>>;
  /** Leaves out what only compiling needs: `bmdeb --dry-run` accepts such headers. */
  readonly small?: boolean;
}

/** The compiler that the machine's headers were made with, and its installed version: gcc-12. */
export async function machineCompiler(): Promise<{ name: string; version: string }> {
  const config = await readFile(join(await machineHeaders(), 'include/config/auto.conf'), 'utf8');
  const number = /^CONFIG_GCC_VERSION=(\d+)$/m.exec(config)?.[1];
  const name = `gcc-${Math.floor(Number(number) / 10000)}`;
  return { name, version: await installedVersion(name) };
}

export async function installedVersion(name: string): Promise<string> {
  const format = `\${Version}`;
  return (await run('dpkg-query', ['-W', '-f', format, name])).stdout;
}

async function machineHeaders(): Promise<string> {
  const [release = ''] = (await installedKernels()).filter((one) => !/-rt-/.test(one));
  return realpath(join('/lib/modules', release, 'build'));
}

/**
 * Makes a package tree with the machine's headers under another name: everything in one directory, as Proxmox, Armbian
 * and make bindeb-pkg have it.
 */
export async function wholeHeaders(tree: string, shape: HeadersShape): Promise<void> {
  await wholeDirectory(join(tree, 'usr/src', `linux-headers-${shape.release}`), shape);
  await linkBuild(tree, shape.release);
}

/** Makes the machine's headers look as kernel-devel of Fedora and RHEL has them: in usr/src/kernels/RELEASE. */
export async function kernelDevel(tree: string, shape: HeadersShape): Promise<void> {
  await wholeDirectory(join(tree, 'usr/src/kernels', shape.release), shape);
}

/** Makes the machine's headers look as kernel-default-devel of openSUSE has them, but without links to kernel-devel. */
export async function kernelDefaultDevel(tree: string, shape: HeadersShape): Promise<void> {
  const source = `linux-${shape.release.replace(/-\w+$/, '')}-obj`;
  await wholeDirectory(join(tree, 'usr/src', source, 'x86_64/default'), shape);
}

async function wholeDirectory(target: string, shape: HeadersShape): Promise<void> {
  const { common, own } = await partsOfMachine();
  if (shape.small) await copyMakefile(common, target);
  else await copyCommon(common, target);
  await copyOwn(own, target);
  await rename(target, shape);
}

/**
 * Makes the two trees of Ubuntu's pair of packages: linux-headers-ABI with the files that the flavours share, and
 * linux-headers-ABI-FLAVOUR with links into it.
 */
export async function pairOfHeaders(
  commonTree: string,
  tree: string,
  abi: string,
  shape: HeadersShape,
): Promise<void> {
  const shared = join(commonTree, 'usr/src', `linux-headers-${abi}`);
  const target = join(tree, 'usr/src', `linux-headers-${shape.release}`);
  const { common, own } = await partsOfMachine();
  await copyCommon(common, shared);
  await copyOwn(own, target);
  await shareScripts(shared, target);
  await linkMissing(shared, target, join('/usr/src', `linux-headers-${abi}`), '..');
  await rename(target, shape);
  await linkBuild(tree, shape.release);
}

async function partsOfMachine(): Promise<{ common: string; own: string }> {
  const own = await machineHeaders();
  const makefile = await readFile(join(own, 'Makefile'), 'utf8');
  // Linux 7 sets KBUILD_OUTPUT first; the included makefile is that of -common in all releases.
  const common = /^include (\/usr\/src\/\S+)\/Makefile$/m.exec(makefile)?.[1];
  if (common === undefined) throw new Error(`${own}/Makefile includes no other`);
  return { common, own };
}

/** The parts of include/ and include/linux/ that examples/hello uses: copying all 6 000 files would take seconds. */
const INCLUDED =
  /^(?:acpi|asm-generic|clocksource|kunit|linux|uapi|vdso|uapi\/(?:asm-generic|linux))(?:\/|$)/;
const NOT_INCLUDED =
  /^linux\/(?:bpf|ceph|clk|fsl|gpio|iio|input|mfd|mlx[45]|mmc|mtd|mux|pci|phy|pinctrl|platform_data|power|qed|regulator|soc|soundwire|spi|sunrpc|usb)(?:\/|$)/;

async function copyMakefile(common: string, target: string): Promise<void> {
  await mkdir(join(target, 'arch'), { recursive: true });
  await cp(join(common, 'Makefile'), join(target, 'Makefile'));
}

async function copyCommon(common: string, target: string): Promise<void> {
  const architecture = (await readdir(join(await machineHeaders(), 'arch')))[0] ?? '';
  await copyMakefile(common, target);
  // tar copies the 5 000 files in a fraction of the time that cp() of node needs.
  const included = (await readdir(join(common, 'include'), { recursive: true })).filter(
    (path) => INCLUDED.test(path) && !NOT_INCLUDED.test(path),
  );
  const list = included.map((path) => `include/${path}\0`).join('');
  const script = 'tar -C "$0" -c --null --no-recursion -T - | tar -C "$1" -x';
  const words = ['-o', 'pipefail', '-c', script, common, target];
  await run('bash', words, { input: list });
  await run('cp', ['-a', join(common, 'arch', architecture), join(target, 'arch')]);
}

async function copyOwn(own: string, target: string): Promise<void> {
  await mkdir(join(target, 'include/config'), { recursive: true });
  for (const name of ['.config', 'Module.symvers', 'arch', 'include/generated']) {
    await mkdir(join(target, name, '..'), { recursive: true });
    await run('cp', ['-a', '-T', join(own, name), join(target, name)]);
  }
  await cp(join(own, 'include/config/auto.conf'), join(target, 'include/config/auto.conf'));
  for (const name of ['scripts', 'tools']) {
    await run('cp', ['-a', '-T', await realpath(join(own, name)), join(target, name)]);
  }
}

/** Moves the makefiles and scripts in scripts/ to the shared package, where Ubuntu has them; programs stay. */
async function shareScripts(shared: string, target: string): Promise<void> {
  await mkdir(join(shared, 'scripts'));
  for (const entry of await readdir(join(target, 'scripts'), { withFileTypes: true })) {
    if (!entry.isFile() || !/^Makefile|^Kbuild|\.(?:include|sh|pl|py|awk)$/.test(entry.name))
      continue;
    await move(join(target, 'scripts', entry.name), join(shared, 'scripts', entry.name));
  }
}

/** Makes links in `target` to all that only `shared` has. `installed` is the path of `shared` when it is installed. */
async function linkMissing(
  shared: string,
  target: string,
  installed: string,
  up: string,
): Promise<void> {
  const there = new Map(
    (await readdir(target, { withFileTypes: true })).map((entry) => [entry.name, entry]),
  );
  for (const name of await readdir(shared)) {
    const own = there.get(name);
    if (own === undefined) {
      await symlink(join(up, relative('/usr/src', installed), name), join(target, name));
    } else if (own.isDirectory()) {
      await linkMissing(
        join(shared, name),
        join(target, name),
        join(installed, name),
        join(up, '..'),
      );
    }
  }
}

async function rename(target: string, shape: HeadersShape): Promise<void> {
  const { release, utsVersion, config = {} } = shape;
  const generated = join(target, 'include/generated');
  await writeFile(join(generated, 'utsrelease.h'), `#define UTS_RELEASE "${release}"\n`);
  await writeFile(join(generated, 'utsversion.h'), `#define UTS_VERSION "${utsVersion}"\n`);
  await writeFile(join(target, 'include/config/kernel.release'), `${release}\n`);
  // Only Debian's kernels have it.
  await rm(join(generated, 'package.h'), { force: true });
  for (const file of ['.config', 'include/config/auto.conf']) {
    const text = await readFile(join(target, file), 'utf8');
    const lines = text
      .split('\n')
      .filter((line) => !Object.keys(config).some((name) => line.startsWith(`${name}=`)));
    // Since Linux 5.18 strings have no quotes in auto.conf, because make reads it.
    const unquoted = (value: string) => (file === '.config' ? value : value.replaceAll('"', ''));
    const added = Object.entries(config).flatMap(([name, value]) =>
      value === '' ? [] : [`${name}=${unquoted(value)}\n`],
    );
    await writeFile(join(target, file), lines.join('\n') + added.join(''));
  }
}

async function linkBuild(tree: string, release: string): Promise<void> {
  const modules = join(tree, 'lib/modules', release);
  await mkdir(modules, { recursive: true });
  await symlink(`/usr/src/linux-headers-${release}`, join(modules, 'build'));
}
