import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { machine } from 'node:os';
import { join } from 'node:path';
import { SystemError } from '../../src/errors.ts';
import { run } from '../../src/system/process/run.ts';
import { type DkmsIdentity, dkmsIdentity } from '../../test/support/driver.ts';
import { realDkmsBuild } from '../../test/support/real-dkms-build.ts';
import { firstError } from './driver-record.ts';

/** The result of a real `dkms build`. */
export interface DkmsResult {
  readonly outcome: 'built' | 'excluded' | 'fails';
  /** The number of modules. */
  readonly modules: number;
  /** The first error in the logs; empty if there is none. */
  readonly reason: string;
}

/** Unpacks a -dkms package. Returns the directory of its source, with name and version. */
export async function sourceOfPackage(
  deb: string,
  directory: string,
): Promise<{ tree: string } & DkmsIdentity> {
  await mkdir(directory, { recursive: true });
  await run('dpkg-deb', ['-x', deb, directory]);
  const sources = join(directory, 'usr/src');
  const names = (await readdir(sources)).filter((name) =>
    existsSync(join(sources, name, 'dkms.conf')),
  );
  const tree = join(sources, names[0] ?? '');
  return { tree, ...(await dkmsIdentity(tree)) };
}

/** Runs the real `dkms build` in private trees below `parent`, and writes its log to `log`. */
export async function dkmsBuild(
  parent: string,
  source: { tree: string } & DkmsIdentity,
  release: string,
  log: string,
): Promise<DkmsResult> {
  const directory = await mkdtemp(join(parent, 'dkms-'));
  try {
    const kernel = { release, machine: machine() };
    const real = await realDkmsBuild(directory, source, kernel, 3600);
    const text = `${real.output}\n${real.makeLog}`;
    await writeFile(log, text);
    if (real.status === 0) return { outcome: 'built', modules: real.modules.size, reason: '' };
    // 77: BUILD_EXCLUSIVE does not match. Older versions of DKMS end with 9.
    const outcome = real.status === 77 || real.status === 9 ? 'excluded' : 'fails';
    return { outcome, modules: 0, reason: firstError(`${real.makeLog}\n${real.output}`) };
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return { outcome: 'fails', modules: 0, reason: error.message };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
