import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePath } from '../../src/archive/bytes/path-bytes.ts';
import { DkmsDebError } from '../../src/errors.ts';
import { ANY_STATUS, run } from '../../src/system/process/run.ts';

/** What lies at a path: type, mode, owner, and what it holds or leads to. */
export type Listing = ReadonlyMap<string, string>;

export interface DpkgVerdict {
  readonly takes: boolean;
  /** Its last words. */
  readonly said: string;
  readonly tree: Listing;
}

/**
 * `dpkg --unpack` of a package into an empty root, and what it left there. A conffile waits under the
 * name NAME.dpkg-new until it is configured; it is listed as NAME.
 */
export async function askDpkg(deb: string, scratch: string): Promise<DpkgVerdict> {
  const root = join(scratch, 'root');
  try {
    const { takes, said } = await unpack(deb, root, join(scratch, 'admin'));
    return { takes, said, tree: takes ? await listing(root) : new Map() };
  } finally {
    await run('chmod', ['-R', 'u+rwX', root], { accept: ANY_STATUS });
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Unpacks a package into `root`; `admin` gets dpkg's own files. Neither may be there before. */
export async function unpack(
  deb: string,
  root: string,
  admin: string,
): Promise<Pick<DpkgVerdict, 'takes' | 'said'>> {
  for (const name of ['updates', 'info', 'triggers']) {
    await mkdir(join(admin, name), { recursive: true });
  }
  await mkdir(root);
  await writeFile(join(admin, 'status'), '');
  const force = ['--force-depends,architecture,unsafe-io'];
  if (process.getuid?.() !== 0) force.push('--force-not-root');
  const options = [`--instdir=${root}`, `--admindir=${admin}`, '--log=/dev/null', ...force];
  try {
    const { exitStatus, output } = await run('dpkg', [...options, '--unpack', deb], {
      accept: ANY_STATUS,
      timeoutSeconds: 60,
    });
    return { takes: exitStatus === 0, said: output.trim().split('\n').slice(-4).join(' ') };
  } catch (error) {
    // dpkg waits for ever if control.tar has a fifo: it reads each file of it.
    if (!(error instanceof DkmsDebError) || error.code !== 'tool-timeout') throw error;
    return { takes: false, said: error.message };
  }
}

async function listing(root: string): Promise<Listing> {
  const found = new Map<string, string>();
  const waiting = [Buffer.alloc(0)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const onDisk = Buffer.concat([Buffer.from(`${root}/`), path]);
    const stat = await lstat(onDisk);
    if (path.length > 0) {
      const name = decodePath(path).replace(/\.dpkg-new$/, '');
      let what = `${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid}`;
      if (stat.isDirectory()) what = `directory ${what}`;
      else if (stat.isSymbolicLink()) {
        what = `symlink ${stat.uid}:${stat.gid} ${decodePath(await readlink(onDisk, { encoding: 'buffer' }))}`;
      } else if (stat.isFile()) what = `file ${what} ${md5(await readFile(onDisk))}`;
      else what = `special ${what}`;
      found.set(name, what);
    }
    if (!stat.isDirectory()) continue;
    for (const name of await readdir(onDisk, { encoding: 'buffer' })) {
      waiting.push(path.length === 0 ? name : Buffer.concat([path, Buffer.from('/'), name]));
    }
  }
  return found;
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
