import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import type { KernelImage } from '../../test/support/kernels.ts';

/** A kernel that was unpacked from packages. */
export interface UnpackedImage extends KernelImage {
  readonly directory: string;
  /** apt's options for the lists that it comes from. */
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
  const apt = await aptFor(suite, architecture, join(parent, `apt-${suite}-${architecture}`));
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

/** Returns apt's options for separate lists of one suite and architecture. */
async function aptFor(suite: string, architecture: string, state: string): Promise<string[]> {
  const sources = join(state, 'sources.list');
  const options = [
    ...['-o', `Dir::Etc::SourceList=${sources}`, '-o', 'Dir::Etc::SourceParts=/dev/null'],
    ...['-o', `Dir::State=${state}/state`, '-o', `Dir::Cache=${state}/cache`],
    ...['-o', 'Dir::State::Status=/dev/null', '-o', 'APT::Sandbox::User=root'],
    ...['-o', `APT::Architecture=${architecture}`, '-o', `APT::Architectures=${architecture}`],
  ];
  if (existsSync(sources)) return options;
  const format = '$(REPO_URI)|$(ORIGIN)|$(LABEL)';
  const { stdout } = await run('apt-get', ['indextargets', '--format', format]);
  const mirror = stdout
    .split('\n')
    .find((line) => line.endsWith('|Debian|Debian'))
    ?.split('|')[0];
  if (mirror === undefined) throw new Error('no Debian mirror among the sources of apt');
  await mkdir(join(state, 'state/lists/partial'), { recursive: true });
  await mkdir(join(state, 'cache/archives/partial'), { recursive: true });
  await writeFile(sources, `deb ${mirror} ${suite} main\n`);
  await run('apt-get', ['update', '-qq', ...options], { timeoutSeconds: 600 });
  return options;
}
