import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Starts the log of one build, `<name>-<version>-<kernel release>.log`, outside the output directory:
 * it stays after a failure. $XDG_CACHE_HOME/dkms-deb/log, else ~/.cache, else a new directory in the
 * temporary one, where nobody else can have laid a link of that name.
 */
export async function startBuildLog(stem: string): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const directory = join(cache, 'dkms-deb', 'log');
  const file = join(directory, `${stem}.log`);
  try {
    await mkdir(directory, { recursive: true });
    // A run that is still writing keeps its own file.
    await rm(file, { force: true });
    await writeFile(file, '', { flag: 'wx' });
    return file;
  } catch {
    // A home directory that cannot be written, as in many CI containers.
    return join(await mkdtemp(join(tmpdir(), 'dkms-deb-log-')), `${stem}.log`);
  }
}
