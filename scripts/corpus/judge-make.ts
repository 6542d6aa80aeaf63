import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { moduleFiles } from '../../test/support/module-files.ts';
import { AS_NOBODY, giveToNobody, SOURCE_DATE_EPOCH } from '../../test/support/real-dkms-build.ts';
import type { DriverTree } from './driver-trees.ts';
import { type Attempt, failed, type Identity, SECONDS } from './judge-attempt.ts';
import { moduleDigests } from './module-digests.ts';

/** Variables in which makefiles expect the kernel's directory and its release. */
const DIRECTORIES =
  'KDIR KERNELDIR KERNEL_DIR KERNEL_SRC KERN_DIR KSRC KSRCDIR LINUX_SRC KERNEL_PATH';
const RELEASES = 'KVER KVERSION KERNEL_VERSION BUILD_KERNEL KERNVER';

/**
 * Returns the ways to run make in the first three folders with a makefile: without arguments, with variables for the
 * kernel, and as kbuild (`make -C HEADERS M=… modules`). In each way, `uname -r` prints the release of the kernel.
 */
export function makeAttempts(tree: DriverTree, { name, version }: Identity): Attempt[] {
  const ways = (root: string): Attempt[] => {
    const build = (args: (headers: string, release: string) => string[], how: string): Attempt => ({
      how: `${how} in ${root || '.'}`,
      build: async (copy, release, scratch) => {
        const before = new Set(await moduleFiles(copy));
        const map = `-ffile-prefix-map=${join(copy, root)}=/usr/src/${name}-${version}`;
        const log = await makeAsNobody(
          join(copy, root),
          args(`/lib/modules/${release}/build`, release),
          { release, scratch, copy, map },
        );
        const made = (await moduleFiles(copy)).filter((file) => !before.has(file));
        if (made.length === 0) return failed(log);
        const modules = await moduleDigests(made, join(scratch, 'module'), { strip: true });
        return { status: 'built', reason: '', modules };
      },
    });
    const named = (words: string, value: string) =>
      words.split(' ').map((word) => `${word}=${value}`);
    return [
      build(() => [], 'make'),
      build(
        (headers, release) => [...named(DIRECTORIES, headers), ...named(RELEASES, release)],
        'make with KDIR',
      ),
      build((headers) => ['-C', headers, `M=$PWD`, 'modules'], 'kbuild'),
    ];
  };
  const roots = tree.makefiles.length > 0 ? tree.makefiles : [''];
  // The usual way is tried first in all folders.
  const all = roots.slice(0, 3).map(ways);
  return [0, 1, 2].flatMap((way) => all.flatMap((each) => each[way] ?? []));
}

async function makeAsNobody(
  cwd: string,
  args: readonly string[],
  options: { release: string; scratch: string; copy: string; map: string },
): Promise<string> {
  const { release, scratch, copy, map } = options;
  const [home, programs] = [join(scratch, 'home'), join(scratch, 'bin')];
  await mkdir(home);
  await mkdir(programs);
  await writeFile(
    join(programs, 'uname'),
    `#!/bin/sh\n[ "$*" = -r ] && echo ${release} || exec /usr/bin/uname "$@"\n`,
    { mode: 0o755 },
  );
  await giveToNobody(scratch, [home, copy]);
  const words = ['make', '-j2', ...args.map((word) => word.replace('$PWD', cwd))];
  const [program = '', ...rest] = [...AS_NOBODY, ...words];
  try {
    const { output } = await run(program, rest, {
      cwd,
      accept: ANY_STATUS,
      timeoutSeconds: SECONDS,
      env: {
        PATH: `${programs}:/usr/sbin:/usr/bin:/sbin:/bin`,
        HOME: home,
        TMPDIR: home,
        KCFLAGS: map,
        KAFLAGS: map,
        KBUILD_BUILD_TIMESTAMP: 'Thu, 01 Jan 1970 00:00:00 GMT',
        SOURCE_DATE_EPOCH,
      },
    });
    return output;
  } catch (error) {
    return `error: ${String(error)}`;
  }
}
