import { chmod, cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';
import { plainModule } from './plain-module.ts';

/** The result of `dkms build`. The modules are without compression and signature. */
export interface RealBuild {
  readonly status: number;
  readonly modules: ReadonlyMap<string, Buffer>;
  readonly output: string;
  /** The text of make.log; empty if DKMS did not run make. */
  readonly makeLog: string;
}

/** The date in seconds, which for example openafs writes into its module. */
export const SOURCE_DATE_EPOCH = '1700000000';

const isRoot = process.getuid?.() === 0;

/** The words before a command that must not run as root. */
export const AS_NOBODY: readonly string[] = isRoot
  ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all']
  : ['env'];

/** Allows a command AS_NOBODY to write into these directories below `parent`. */
export async function giveToNobody(parent: string, directories: readonly string[]): Promise<void> {
  if (!isRoot) return;
  await chmod(parent, 0o755);
  await run('chown', ['-R', 'nobody', ...directories]);
}

/**
 * Runs the real `dkms build` in private trees below `directory`. It runs as nobody, because as root it
 * would sign and create a key in /var/lib/dkms. It gets the same settings for a reproducible build as
 * ours: the path map, the time stamp that limits pahole to one thread (scripts/Makefile.btf), and the
 * date.
 */
export async function realDkmsBuild(
  directory: string,
  driver: { tree: string; name: string; version: string },
  kernel: { release: string; machine: string },
  timeoutSeconds = 280,
): Promise<RealBuild> {
  const { name, version } = driver;
  const [dkmsTree, sourceTree] = [join(directory, 'dkms'), join(directory, 'src')];
  await mkdir(dkmsTree);
  await mkdir(sourceTree);
  await cp(driver.tree, join(sourceTree, `${name}-${version}`), {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
  });
  await giveToNobody(directory, [dkmsTree, sourceTree]);
  const map = `-ffile-prefix-map=${dkmsTree}/${name}/${version}/build=/usr/src/${name}-${version}`;
  const [program = '', ...args] = [
    ...AS_NOBODY,
    ...['dkms', 'build', '-m', name, '-v', version, '-k', kernel.release, '-j', '2'],
    ...['--dkmstree', dkmsTree, '--sourcetree', sourceTree],
  ];
  const result = await run(program, args, {
    env: {
      KCFLAGS: map,
      KAFLAGS: map,
      KBUILD_BUILD_TIMESTAMP: 'Thu, 01 Jan 1970 00:00:00 GMT',
      SOURCE_DATE_EPOCH,
      HOME: dkmsTree,
      TMPDIR: dkmsTree,
    },
    accept: ANY_STATUS,
    timeoutSeconds,
  });
  const modules = new Map<string, Buffer>();
  if (result.exitStatus === 0) {
    const built = join(dkmsTree, name, version, kernel.release, kernel.machine, 'module');
    for (const file of await readdir(built)) {
      if (!/\.ko(\.\w+)?$/.test(file)) continue;
      const plain = await plainModule(join(built, file));
      modules.set(plain.name, plain.bytes);
    }
  }
  const makeLog = await makeLogOf(join(dkmsTree, name, version), kernel.release, kernel.machine);
  return { status: result.exitStatus, modules, output: result.output, makeLog };
}

/** Returns make.log, which DKMS moves only after success. */
async function makeLogOf(state: string, release: string, machine: string): Promise<string> {
  for (const file of [`${release}/${machine}/log/make.log`, 'build/make.log']) {
    const text = await readFile(join(state, file), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return '';
}
