import { existsSync } from 'node:fs';
import { readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DkmsDebError, EXIT, ModuleBuildError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { listFiles } from '../../system/files/walk-tree.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { run } from '../../system/process/run.ts';

/** The files of an installed kernel that depmod(8) reads in addition to the modules. */
const ABOUT_KERNEL = /^modules\.(?:order|builtin(?:\.modinfo)?)$/;

/**
 * Asks depmod and modprobe whether they would find the modules of a package together with the modules of the installed
 * kernel, and every other module that these need. Works in a temporary directory; nothing is loaded. Returns the names
 * of the modules, or undefined with a note if the kernel is not installed. Throws ModuleBuildError `would-not-load`
 * (7).
 */
export async function tryModules(
  deb: string,
  release: string,
  reporter: Reporter,
): Promise<readonly string[] | undefined> {
  const installed = join('/lib/modules', release);
  if (!existsSync(join(installed, 'kernel'))) {
    reporter.note(
      `Kernel ${release} is not installed here: modprobe was not asked about the modules for it.`,
    );
    return undefined;
  }
  return withTemporaryDirectory('try', async (scratch) => {
    const root = join(scratch, 'root');
    const place = join(root, 'usr/lib/modules', release);
    await makeDirectory(place);
    await symlink('usr/lib', join(root, 'lib'));
    const unpacked = join(scratch, 'package');
    await run('dpkg-deb', ['--extract', deb, unpacked]);
    const files: string[] = [];
    for (const prefix of ['usr/lib/modules', 'lib/modules']) {
      const own = join(unpacked, prefix, release);
      for (const folder of await readdir(own).catch(() => [])) {
        await rename(join(own, folder), join(place, folder));
        files.push(...(await listFiles(join(place, folder))));
      }
    }
    for (const name of await readdir(installed)) {
      const isOurs = existsSync(join(place, name));
      if (isOurs || !(name === 'kernel' || ABOUT_KERNEL.test(name))) continue;
      await symlink(join(installed, name), join(place, name));
    }
    await run('depmod', ['-b', root, release], { timeoutSeconds: 300 });
    const modules = files.flatMap((path) => /([^/]+)\.ko(?:\.\w+)?$/.exec(path)?.[1] ?? []).sort();
    for (const module of modules) await askModprobe(module, { root, release });
    await rm(unpacked, { recursive: true, force: true });
    return modules;
  });
}

async function askModprobe(module: string, { root, release }: { root: string; release: string }) {
  try {
    await run('modprobe', ['-d', root, '-S', release, '--show-depends', module]);
  } catch (cause) {
    if (!(cause instanceof DkmsDebError) || cause.code !== 'tool-failed') throw cause;
    const name = basename(module);
    throw new ModuleBuildError(
      'would-not-load',
      EXIT.moduleMissing,
      `modprobe would not load ${name} under ${release}`,
      {
        hint: `See which modules ${name} needs: modinfo -F depends FILE.ko`,
        output: cause.output,
        cause,
      },
    );
  }
}
