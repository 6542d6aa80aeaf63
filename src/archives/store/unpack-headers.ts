import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KernelError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { findUnpackedHeaders } from '../../kernel/unpacked-headers.ts';
import { linkTree } from '../../system/files/link-tree.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { makeTemporary, releaseTemporary, removeLeftovers } from '../../system/process/cleanup.ts';
import { explainNoRoom } from '../../system/process/no-room.ts';
import { run } from '../../system/process/run.ts';
import type { ArchiveKernel } from '../kernels/archive-kernel.ts';
import type { ArchivePackage } from '../kernels/archive-package.ts';
import { checkedDeb } from './checked-deb.ts';
import { debFile, type HeaderStore } from './header-store.ts';

const UNPACK_SECONDS = 600;

/** Returns the name of the directory for unpacked packages (headers or a compiler): a digest of their hashes. */
export function packagesKey(parts: readonly { readonly sha256: string }[]): string {
  const digests = parts.map((part) => part.sha256);
  return sha256(digests.sort().join('\n'));
}

/**
 * Unpacks the headers of a kernel whose packages are in the store. Each package is unpacked once; the directory of a
 * kernel contains hard links to the files of its packages, or copies if hard links are not possible. Throws the errors
 * of checkedDeb, SystemError `disk-full` or `tool-failed`, and KernelError `broken-headers` or `no-headers` if the
 * packages do not have the headers of exactly one kernel.
 */
export async function unpackHeaders(
  store: HeaderStore,
  { parts, package: own, architecture, version }: ArchiveKernel,
): Promise<KernelHeaders> {
  const key = packagesKey(parts);
  const tree = join(store.directory, 'tree', key);
  if (!existsSync(tree)) {
    const unpacked: string[] = [];
    for (const part of parts) unpacked.push(await unpackOnce(store, part));
    await makeWhole(tree, (staging) =>
      linkTree(unpacked, staging, { timeoutSeconds: UNPACK_SECONDS }),
    );
  }
  const found = await findUnpackedHeaders(tree);
  const [headers] = found.filter((one) => one.architecture === architecture);
  if (headers === undefined || found.length > 1) {
    const count =
      headers === undefined ? `none for ${architecture}` : `those of ${found.length} kernels`;
    throw new KernelError(
      'broken-headers',
      `${own.name} ${version} should have the headers of one kernel, but has ${count}`,
      {
        where: { file: debFile(store, own.sha256) },
        hint: 'Report this package to the authors of dkms-deb, which does not know its layout.',
      },
    );
  }
  const facts = { packageVersion: version, sourcePackage: own.source, headersPackage: own.name };
  return { ...headers, ...facts };
}

type Unpacked = Pick<ArchivePackage, 'sha256' | 'name' | 'version'>;

/**
 * Packages that this run is unpacking, by their directories. Kernels that share -common are prepared at the same time.
 */
const going = new Map<string, Promise<string>>();

function unpackOnce(store: HeaderStore, part: Unpacked): Promise<string> {
  const target = join(store.directory, 'unpacked', part.sha256);
  const known = going.get(target);
  if (known !== undefined) return known;
  const unpacking = unpackDeb(store, part, target);
  going.set(target, unpacking);
  return unpacking.finally(() => going.delete(target));
}

async function unpackDeb(store: HeaderStore, part: Unpacked, target: string): Promise<string> {
  if (existsSync(target)) return target;
  const deb = await checkedDeb(store, part);
  await makeWhole(target, async (staging) => {
    await run('dpkg-deb', ['-x', deb, staging], { timeoutSeconds: UNPACK_SECONDS });
  });
  return target;
}

/**
 * Makes the directory `target`: `fill` fills it under a temporary name, then it is renamed. Two runs may do this for
 * the same directory at the same time; the directory that is renamed first stays. Throws SystemError `disk-full`, and
 * the errors of `fill`.
 */
export async function makeWhole(
  target: string,
  fill: (staging: string) => Promise<void>,
): Promise<void> {
  await makeDirectory(dirname(target));
  await removeLeftovers(dirname(target));
  const staging = makeTemporary(join(dirname(target), '.new-'));
  try {
    const inside = join(staging, 'whole');
    await mkdir(inside);
    await fill(inside);
    await rename(inside, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw explainNoRoom(error);
  } finally {
    await rm(staging, { recursive: true, force: true });
    releaseTemporary(staging);
  }
}
