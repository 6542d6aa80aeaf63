import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from '../../src/system/process/run.ts';

/** Makes a signed repository of these packages without our own code: with apt-ftparchive and gpg. */
export async function writePlainRepository(
  directory: string,
  suite: string,
  debs: readonly string[],
  key: string,
): Promise<void> {
  const pool = join(directory, 'pool/main');
  const lists = join(directory, `dists/${suite}/main/binary-amd64`);
  for (const path of [pool, lists]) await mkdir(path, { recursive: true });
  for (const deb of debs) await copyFile(deb, join(pool, basename(deb)));
  const { stdout } = await run('apt-ftparchive', ['packages', 'pool/main'], { cwd: directory });
  await writeFile(join(lists, 'Packages'), stdout);
  const about = ['Suite', 'Codename'].flatMap((name) => [
    '-o',
    `APT::FTPArchive::Release::${name}=${suite}`,
  ]);
  const more = ['Architectures=amd64', 'Components=main'].flatMap((each) => [
    '-o',
    `APT::FTPArchive::Release::${each}`,
  ]);
  const release = await run('apt-ftparchive', [...about, ...more, 'release', `dists/${suite}`], {
    cwd: directory,
  });
  await run(
    'gpg',
    [
      '--batch',
      '--yes',
      '--local-user',
      key,
      '--output',
      `dists/${suite}/InRelease`,
      '--clearsign',
    ],
    { cwd: directory, input: release.stdout, env: { GNUPGHOME: process.env.GNUPGHOME ?? '' } },
  );
}
