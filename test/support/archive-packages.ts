import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/system/process/run.ts';
import { cached } from './project.ts';

/** The packages of the Debian archive that the set-up downloads. */
export const ARCHIVE_PACKAGES = [
  'acpi-call-dkms',
  'bbswitch-dkms',
  'ddcci-dkms',
  'dm-writeboost-dkms',
  'dpdk-kmods-dkms',
  'jool-dkms',
  'lime-forensics-dkms',
  'lttng-modules-dkms',
  'nat-rtsp-dkms',
  'openvpn-dco-dkms',
  'rapiddisk-dkms',
  'tp-smapi-dkms',
  'v4l2loopback-dkms',
  'vpoll-dkms',
  'xtables-addons-dkms',
  'xtrx-dkms',
] as const;

export type ArchivePackageName = (typeof ARCHIVE_PACKAGES)[number];

export interface ArchivePackage {
  /** The downloaded .deb. */
  readonly file: string;
  /** The directory with its data, unpacked by dpkg-deb. */
  readonly root: string;
  /** The driver in it: usr/src/NAME-VERSION, with the dkms.conf. */
  readonly sourceTree: string;
  readonly confFile: string;
}

/** Unpacks a package of the Debian archive below `parent`. */
export async function archivePackage(
  name: ArchivePackageName,
  parent: string,
): Promise<ArchivePackage> {
  const file = await newestFile(name);
  const root = join(parent, name);
  await mkdir(root, { recursive: true });
  await run('dpkg-deb', ['-x', file, root]);
  const trees = await readdir(join(root, 'usr/src'));
  const [tree] = trees;
  if (tree === undefined || trees.length !== 1) {
    throw new Error(`${file}: one tree under usr/src expected, there is: ${trees.join(', ')}`);
  }
  const sourceTree = join(root, 'usr/src', tree);
  return { file, root, sourceTree, confFile: join(sourceTree, 'dkms.conf') };
}

/** Returns the cached .deb; if there are several, the one that was downloaded last. */
async function newestFile(name: ArchivePackageName): Promise<string> {
  const directory = cached('debs');
  const files = (await readdir(directory)).filter(
    (file) => file.startsWith(`${name}_`) && file.endsWith('.deb'),
  );
  const newest = files.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return cached(`debs/${newest ?? `${name}_*.deb`}`);
}
