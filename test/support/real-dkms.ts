import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/run.ts';
import { dkmsIdentity } from './driver.ts';
import { moduleDigests } from './module-files.ts';
import { ANY_STATUS } from './sandbox.ts';

/** What the installed dkms made of a driver for one kernel. */
export interface DkmsOutcome {
  readonly exitStatus: number;
  /** Name → sha256 of the decompressed module. */
  readonly modules: Readonly<Record<string, string>>;
}

const NOBODY = '65534';

/**
 * root is not to build: dkms would sign, with a key that it makes in /var/lib/dkms. As nobody it cannot
 * read that, says so, and leaves the module unsigned (reference: dkms C5, C7).
 */
const AS_NOBODY =
  process.getuid?.() === 0
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--']
    : [];

/**
 * Runs the real `dkms build` in trees of its own below `parent`. It gets what makes our builds
 * reproducible, so that the modules can be compared byte by byte: KCFLAGS, which maps the build
 * directory to where we map ours, and the time stamp that keeps pahole to one thread.
 */
export async function dkmsBuild(
  tree: string,
  release: string,
  parent: string,
): Promise<DkmsOutcome> {
  const { name, version } = await dkmsIdentity(tree);
  const directory = join(parent, `dkms-${release}`);
  const dkmsTree = join(directory, 'tree');
  const source = join(directory, 'source', `${name}-${version}`);
  await mkdir(dkmsTree, { recursive: true });
  await cp(tree, source, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  if (AS_NOBODY.length > 0) await run('chown', ['-R', `${NOBODY}:${NOBODY}`, directory]);
  const map = `-ffile-prefix-map=${join(dkmsTree, name, version, 'build')}=/usr/src/${name}-${version}`;
  const [program = '', ...args] = [
    ...AS_NOBODY,
    ...['dkms', 'build', '-m', name, '-v', version, '-k', release],
    ...['--dkmstree', dkmsTree, '--sourcetree', join(directory, 'source')],
    ...['--kernelsourcedir', `/lib/modules/${release}/build`],
  ];
  const { exitStatus } = await run(program, args, {
    cwd: directory,
    env: {
      HOME: directory,
      TMPDIR: directory,
      KCFLAGS: map,
      KAFLAGS: map,
      KBUILD_BUILD_TIMESTAMP: 'Thu, 01 Jan 1970 00:00:00 GMT',
    },
    accept: ANY_STATUS,
    timeoutSeconds: 540,
  });
  const results = join(dkmsTree, name, version, release, await machine(), 'module');
  return { exitStatus, modules: await moduleDigests(results) };
}

async function machine(): Promise<string> {
  return (await run('uname', ['-m'])).stdout.trim();
}
