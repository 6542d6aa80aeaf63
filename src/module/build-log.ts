import { mkdir, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Starts the log of one build, `<name>-<version>-<kernel release>.log`, outside the output directory:
 * it stays after a failure. $XDG_CACHE_HOME/dkms-deb/log, else ~/.cache, else the temporary directory.
 */
export async function startBuildLog(stem: string): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  for (const parent of [cache, tmpdir()]) {
    const directory = join(parent, 'dkms-deb', 'log');
    const file = join(directory, `${stem}.log`);
    try {
      await mkdir(directory, { recursive: true });
      await writeFile(file, '');
      return file;
    } catch {
      // A home directory that cannot be written, as in many CI containers.
    }
  }
  return join(tmpdir(), `dkms-deb-${stem}.log`);
}
