import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../test/support/project.ts';
import { scratch } from './measure.ts';

/** Copies the tree `from`, so that a row may write into the copy. Returns the path of the copy. */
export function driver(name: string, from: string): string {
  const directory = join(scratch, name);
  cpSync(from, directory, { recursive: true, preserveTimestamps: true });
  return directory;
}

/** Returns the source tree of a *-dkms package of the archive. */
export function archiveDriver(name: string): string {
  const debs = join(PROJECT, '.cache/debs');
  const deb = readdirSync(debs).find((file) => file.startsWith(`${name}_`));
  if (deb === undefined) throw new Error(`${debs} has no ${name}: run scripts/setup.sh --test`);
  const root = join(scratch, 'archive', name);
  mkdirSync(root, { recursive: true });
  execFileSync('dpkg-deb', ['-x', join(debs, deb), root]);
  const sources = join(root, 'usr/src');
  return join(sources, readdirSync(sources)[0] ?? '');
}

/**
 * Returns a driver of `megabytes` MB. Its 400 source files have text from the installed headers, so they compress like
 * real sources. The driver is smaller if the headers have less text.
 */
export function largeDriver(name: string, megabytes = 16): string {
  const directory = join(scratch, name);
  cpSync(join(PROJECT, 'examples/hello'), directory, { recursive: true });
  const size = Math.ceil((megabytes * 1e6) / 400);
  const headers = `cat /usr/src/linux-headers-*-common/include/linux/*.h | head -c ${megabytes * 1e6}`;
  const text = execFileSync('bash', ['-c', headers], { maxBuffer: 1e9 });
  mkdirSync(join(directory, 'src'));
  for (let i = 0; i < 400; i++) {
    writeFileSync(join(directory, 'src', `part${i}.c`), text.subarray(i * size, (i + 1) * size));
  }
  return directory;
}
