import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type RunResult, run } from '../../src/system/process/run.ts';
import { asRoot } from './as-root.ts';

/** A root into which dpkg can install module packages: with a shell, depmod, and kernels without modules. */
export interface DpkgRoot {
  readonly directory: string;
  dpkg(args: readonly string[], options?: { readonly accept: number[] }): Promise<RunResult>;
}

/**
 * Creates the root below `parent`: usr-merged, with busybox as the shell, this machine's kmod,
 * update-alternatives and dpkg-divert, and for each kernel the directory of its image.
 */
export async function makeDpkgRoot(parent: string, releases: readonly string[]): Promise<DpkgRoot> {
  const directory = join(parent, 'root');
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    await mkdir(join(directory, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(directory, name));
  }
  for (const name of ['updates', 'info', 'triggers', 'alternatives']) {
    await mkdir(join(directory, 'var/lib/dpkg', name), { recursive: true });
  }
  await writeFile(join(directory, 'var/lib/dpkg/status'), '');
  await copyProgram('/bin/busybox', directory);
  await symlink('busybox', join(directory, 'usr/bin/sh'));
  await copyProgram('/bin/kmod', directory);
  await symlink('../bin/kmod', join(directory, 'usr/sbin/depmod'));
  await copyProgram('/usr/bin/update-alternatives', directory);
  await copyProgram('/usr/bin/dpkg-divert', directory);
  for (const name of ['etc/alternatives', 'var/log']) {
    await mkdir(join(directory, name), { recursive: true });
  }
  for (const release of releases) {
    await mkdir(join(directory, 'usr/lib/modules', release, 'kernel'), { recursive: true });
  }
  return {
    directory,
    // --force-depends, because the root has almost no packages. The trixie tests install with real
    // dependencies.
    dpkg: (args, options) =>
      asRoot(['dpkg', `--root=${directory}`, '--force-depends', ...args], options),
  };
}

/** Copies a program and its shared libraries to the same paths in the root. */
async function copyProgram(program: string, root: string): Promise<void> {
  const linked = await run('ldd', [program], { accept: [0, 1] });
  const libraries = [...linked.stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path]) => path);
  await cp(program, join(root, 'usr/bin', basename(program)), { dereference: true });
  for (const library of libraries) {
    const target = join(root, library ?? '');
    await mkdir(dirname(target), { recursive: true });
    await cp(library ?? '', target, { dereference: true });
  }
}
