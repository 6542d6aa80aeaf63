import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import {
  deb822Source,
  makeArchiveKey,
  releaseArchiveKey,
  writeArchiveSuite,
} from './apt-archive.ts';
import { asRoot } from './as-root.ts';
import type { DebianRoot } from './chroot.ts';
import { serveFiles } from './file-server.ts';
import { cached } from './project.ts';

/**
 * Calls `work` while this machine serves a mirror of trixie that has the kernels and compilers of .cache/kernel-store,
 * which are Debian's. apt of the root knows the mirror. Its files are below `directory`.
 */
export async function withKernelMirror<T>(
  root: DebianRoot,
  directory: string,
  work: () => Promise<T>,
): Promise<T> {
  const [mirror, debs] = [join(directory, 'mirror'), join(directory, 'mirror-debs')];
  const key = await makeArchiveKey(directory, 'kernels');
  await mkdir(debs);
  const stored = cached('kernel-store/by-sha256');
  const paths = (await readdir(stored, { recursive: true })).filter((path) =>
    path.endsWith('.deb'),
  );
  // Hard links are not possible from one file system to another.
  await run('cp', ['-t', debs, '--', ...paths.map((path) => join(stored, path))]);
  // apt-ftparchive finds packages of an architecture by the names of files.
  await run('sh', ['-c', 'dpkg-name -- "$0"/*.deb', debs]);
  const packages = (await readdir(debs)).map((name) => join(debs, name));
  const suite = { codename: 'trixie', origin: 'Debian', architectures: ['amd64'], packages };
  await writeArchiveSuite(mirror, suite, key);
  const server = await serveFiles(mirror);
  try {
    const signedBy = '/etc/apt/keyrings/mirror.gpg';
    const source = join(directory, 'mirror.sources');
    await writeFile(source, deb822Source({ uri: server.uri, suites: ['trixie'], signedBy }));
    const inRoot = (path: string) => join(root.directory, path);
    await asRoot(['install', '-D', '-m644', source, inRoot('etc/apt/sources.list.d/m.sources')]);
    await asRoot(['install', '-D', '-m644', key.publicFile, inRoot(signedBy)]);
    return await work();
  } finally {
    await server.close();
    await releaseArchiveKey(key);
  }
}
