// The source trees that the benchmark works on.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project, scratch } from './measure.mjs';

/** A copy of a tree that a row may write to. */
export function driver(name, from) {
  const directory = join(scratch, name);
  cpSync(from, directory, { recursive: true, preserveTimestamps: true });
  return directory;
}

/** The source tree of a *-dkms package of the archive. */
export function archiveDriver(name) {
  const debs = join(project, '.cache/debs');
  const deb = readdirSync(debs).find((file) => file.startsWith(`${name}_`));
  const root = join(scratch, 'archive', name);
  mkdirSync(root, { recursive: true });
  execFileSync('dpkg-deb', ['-x', join(debs, deb), root]);
  const sources = join(root, 'usr/src');
  return join(sources, readdirSync(sources)[0]);
}

/** A driver of 16 MB: 400 source files that compress as source does. */
export function largeDriver(name, megabytes = 16) {
  const directory = join(scratch, name);
  cpSync(join(project, 'examples/hello'), directory, { recursive: true });
  const size = Math.ceil((megabytes * 1e6) / 400);
  const headers = `cat /usr/src/linux-headers-*-common/include/linux/*.h | head -c ${megabytes * 1e6}`;
  const text = execFileSync('bash', ['-c', headers], { maxBuffer: 1e9 });
  mkdirSync(join(directory, 'src'));
  for (let i = 0; i < 400; i++) {
    writeFileSync(join(directory, 'src', `part${i}.c`), text.subarray(i * size, (i + 1) * size));
  }
  return directory;
}
