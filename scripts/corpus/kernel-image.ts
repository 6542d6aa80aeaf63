import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import type { KernelImage } from '../../test/support/kernels.ts';
import { privateApt } from './archive.ts';

/** A kernel that was unpacked from packages. */
export interface UnpackedImage extends KernelImage {
  readonly directory: string;
  /** apt's options for the lists that name the packages. */
  readonly apt: readonly string[];
}

/**
 * Downloads the image of a kernel with apt, and unpacks it below `parent`. Since Linux 7 its files are in several
 * packages (linux-binary-…, linux-modules-…, linux-base-…).
 */
export async function fetchImage(
  suite: string,
  architecture: string,
  release: string,
  parent: string,
): Promise<UnpackedImage> {
  const apt = await privateApt(suite, join(parent, `apt-${suite}-${architecture}`), [
    ...['-o', 'APT::Sandbox::User=root', '-o', `APT::Architecture=${architecture}`],
    ...['-o', `APT::Architectures=${architecture}`],
  ]);
  const directory = join(parent, release);
  await mkdir(join(directory, 'debs'), { recursive: true });
  const wanted = [`linux-image-${release}`];
  for (const name of wanted) {
    const { stdout } = await run('apt-cache', [...apt, 'show', '--no-all-versions', name]);
    const depends = /^Depends: (.*)$/m.exec(stdout)?.[1] ?? '';
    for (const [, other = ''] of depends.matchAll(
      /\b(linux-(?:base|binary|modules|image)-[^ ,|()]+)/g,
    )) {
      if (other.endsWith(release) && !wanted.includes(other)) wanted.push(other);
    }
  }
  await run('apt-get', [...apt, 'download', '-qq', ...wanted], {
    cwd: join(directory, 'debs'),
    timeoutSeconds: 900,
  });
  const script =
    'for deb in debs/*.deb; do dpkg-deb -x "$deb" root; dpkg-deb -f "$deb" | sed "1a Status: install ok installed" >>status; echo >>status; done';
  await run('sh', ['-ec', script], { cwd: directory, timeoutSeconds: 900 });
  const root = join(directory, 'root');
  const places = [`boot/vmlinuz-${release}`, `usr/lib/modules/${release}/vmlinuz`];
  const file = places.map((place) => join(root, place)).find((place) => existsSync(place));
  const modules = ['usr/lib', 'lib']
    .map((lib) => join(root, lib, 'modules', release))
    .find((place) => existsSync(join(place, 'kernel')));
  if (file === undefined || modules === undefined)
    throw new Error(`${wanted.join(', ')}: no kernel`);
  return {
    directory,
    file,
    modules,
    status: await readFile(join(directory, 'status'), 'utf8'),
    apt,
  };
}
