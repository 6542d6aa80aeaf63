import { join } from 'node:path';
import { asRoot } from './as-root.ts';
import type { DebianRoot } from './chroot.ts';
import { cached } from './project.ts';

/** Makes .cache/trixie-archive the root's only source of packages, so apt works offline. */
export async function useLocalArchive(root: DebianRoot): Promise<void> {
  await asRoot(['cp', '-r', '--', cached('trixie-archive'), join(root.directory, 'srv/archive')]);
  const list = 'deb [trusted=yes] file:/srv/archive ./';
  await root.run('sh', ['-c', 'echo "$0" >/etc/apt/sources.list', list]);
  await root.run('apt-get', ['-qq', 'update']);
}
