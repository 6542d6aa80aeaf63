import { existsSync } from 'node:fs';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from './sandbox.ts';

/** Creates a directory with links to all programs of this machine, except those whose names match. */
export async function pathWithout(hidden: RegExp, sandbox: Sandbox): Promise<string> {
  const directory = join(sandbox.directory, 'path');
  await mkdir(directory);
  for (const source of new Set((sandbox.env.PATH ?? '').split(':'))) {
    if (source === '/bin' || source === '/sbin') continue;
    for (const name of await readdir(source).catch(() => [])) {
      if (hidden.test(name) || existsSync(join(directory, name))) continue;
      await symlink(join(source, name), join(directory, name)).catch(() => undefined);
    }
  }
  return directory;
}
