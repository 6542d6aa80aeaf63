import { join } from 'node:path';
import { copyEntries } from '../../dkms/source/copy-entries.ts';
import { refusePrivateKeys } from '../../dkms/source/private-key.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { InputError } from '../../errors.ts';
import { isBelow } from '../../source/earlier-results.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { run } from '../../system/process/run.ts';
import { rpmSourceEntries } from '../source-entries.ts';

/** By the end of a tarball's name: the command that compresses it. The same input always gives the same bytes. */
const COMPRESSORS: readonly (readonly [RegExp, string])[] = [
  [/\.(?:tar\.gz|tgz)$/, 'gzip -9 -n'],
  [/\.tar\.xz$/, 'xz -6 -T1'],
  [/\.tar\.bz2$/, 'bzip2 -9'],
  [/\.tar\.zst$/, 'zstd -19 -q'],
  [/\.tar$/, ''],
];

/** Whether a source of a spec has the name of a tarball, so that it can be made from the tree. */
function isTarball(name: string): boolean {
  return COMPRESSORS.some(([end]) => end.test(name));
}

/** Returns the entries that are packed, without results of earlier builds. Throws InputError `private-key`. */
export async function packedEntries(
  driver: Driver,
  without: readonly string[],
  allowed: readonly string[],
): Promise<SourceEntry[]> {
  const entries = (await rpmSourceEntries(driver)).filter(({ path }) => !isBelow(path, without));
  await refusePrivateKeys(
    driver.directory,
    driver.privateKeys.map((path) => join(driver.location.sourceRoot, path)),
  );
  const files = entries.filter(({ type }) => type === 'file').map(({ path }) => path);
  await refusePrivateKeys(driver.directory, files, [
    ...allowed,
    ...(driver.choices.allowFiles ?? []),
  ]);
  return entries;
}

/**
 * Writes a tarball of the entries of a tree, below a top directory. Its bytes depend only on `top`, on the compression
 * that the name of `target` means, on names, links and contents of the entries, on which of them can be executed, and
 * on the timestamp.
 */
export async function writeTarball(
  tree: string,
  entries: readonly SourceEntry[],
  about: {
    readonly target: string;
    readonly top: string;
    readonly timestamp: number;
    readonly scratch: string;
  },
): Promise<void> {
  const { target, top, timestamp, scratch } = about;
  const copy = join(scratch, 'tarball', top);
  await makeDirectory(join(scratch, 'tarball'));
  await copyEntries(tree, entries, copy, ({ mode }) => (mode & 0o111 ? 0o755 : 0o644));
  const compressor = COMPRESSORS.find(([end]) => end.test(target))?.[1] ?? '';
  const format = ['--format=gnu', '--sort=name', `--mtime=@${timestamp}`];
  const owner = ['--numeric-owner', '--owner=0', '--group=0'];
  const packed = compressor === '' ? [] : ['-I', compressor];
  await run('tar', [...format, ...owner, ...packed, '-cf', target, '--', top], {
    cwd: join(scratch, 'tarball'),
    timeoutSeconds: 1800,
  });
}

/**
 * Returns the only missing source of a spec, if it can be made as a tarball of the tree; undefined if no source is
 * missing. Throws InputError `spec-source` for any other missing source.
 */
export function onlyTarball(missing: readonly string[], spec: string): string | undefined {
  const [name, ...others] = missing;
  if (name === undefined) return undefined;
  if (others.length === 0 && isTarball(name)) return name;
  const absent = missing.find((each) => !isTarball(each)) ?? others[0];
  throw new InputError('spec-source', `the source ${absent} of the spec is missing`, {
    where: { file: spec },
    hint: 'Put this source beside the spec: dkms-deb itself only makes one tarball, from the tree.',
  });
}
