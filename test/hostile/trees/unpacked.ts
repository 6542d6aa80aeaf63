import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { encodePath } from '../../../src/archive/bytes/path-bytes.ts';
import { escapeRegExp } from '../../../src/system/text/escape-reg-exp.ts';
import { digestOf, listOnDisk, type OnDisk } from './on-disk.ts';

/** How the tree of a package differs from the source, where it does: '' for a tree that is as it should be. */
export async function compareWithSource(
  deb: string,
  unpacked: string,
  source: string,
  before: ReadonlyMap<string, OnDisk>,
): Promise<string> {
  const found = listOnDisk(unpacked);
  // The first header of the archive: time of the package.
  const latest = Number(readFileSync(deb).toString('latin1', 24, 36));
  for (const [path, theirs] of found) {
    if (path === '') continue;
    const ours = before.get(path);
    const name = JSON.stringify(path);
    // debian/*.dkms may name a dkms.conf in a folder. It is packed at the top.
    const isOfFolder = path === 'dkms.conf' && [...before.keys()].some(isConf);
    if (ours === undefined && isOfFolder) continue;
    if (ours === undefined) return `${name} is in no source`;
    // Of a dkms.conf that is a link its text is packed.
    if (path === 'dkms.conf' && ours.type === 'l') continue;
    if (ours.type !== theirs.type) return `${name} is ${theirs.type}, was ${ours.type}`;
    if (theirs.owner !== `${process.getuid?.()}:${process.getgid?.()}`)
      return `${name} is of ${theirs.owner}`;
    if (theirs.mode !== packedMode(path, ours))
      return `${name} has mode ${theirs.mode.toString(8)}, was ${ours.mode.toString(8)}`;
    if (meantBy(path, theirs) !== meantBy(path, ours)) {
      return `${name} leads to ${JSON.stringify(theirs.target)}`;
    }
    if (!isTimeRight(path, theirs, ours, latest)) {
      return `${name} has time ${theirs.mtime}, was ${ours.mtime}, package ${latest}`;
    }
    if (ours.type !== 'f') continue;
    const [one, other] = await Promise.all(
      [source, unpacked].map((top) =>
        digestOf(Buffer.concat([Buffer.from(`${top}/`), encodePath(path)])),
      ),
    );
    if (one !== other) return `${name} has other contents`;
  }
  return '';
}

/** Where a link leads by its text: dh_link(1) shortens it. */
function meantBy(path: string, { target }: OnDisk): string {
  if (target === '' || target.startsWith('/')) return target;
  return posix.join(posix.dirname(path), target, '.');
}

/** dpkg leaves a directory as old as what was unpacked last in it; debian/*.dkms may be a copy of dkms.conf. */
function isTimeRight(path: string, theirs: OnDisk, ours: OnDisk, latest: number): boolean {
  if (theirs.type === 'd' || path === 'dkms.conf') return true;
  return theirs.mtime === Math.min(ours.mtime, latest);
}

function isConf(path: string): boolean {
  return posix.basename(path) === 'dkms.conf';
}

/** dh_fixperms(1); dh_dkms(1) installs dkms.conf with mode 0644. */
function packedMode(path: string, { type, mode }: OnDisk): number {
  if (path === 'dkms.conf') return 0o644;
  if (type === 'd') return 0o755;
  if (type === 'l') return 0o777;
  return (mode & 0o111) === 0 || /\.(?:so|js|css|png|jpg|gif|la|a)$/.test(path) ? 0o644 : 0o755;
}

/** What of the source is neither in the package nor spoken of. */
export function untold(
  before: ReadonlyMap<string, OnDisk>,
  packed: ReadonlyMap<string, OnDisk>,
  said: string,
  silent: readonly RegExp[],
): string | undefined {
  // git knows no directories but by what is in them.
  const isNoneOfGit = (path: string) =>
    before.has('.git') &&
    before.get(path)?.type === 'd' &&
    ![...before].some(([inner, { type }]) => type !== 'd' && inner.startsWith(`${path}/`));
  for (const path of before.keys()) {
    const isKnown = path === '' || packed.has(path) || silent.some((one) => one.test(path));
    if (isKnown || isNoneOfGit(path)) continue;
    if (!isSpokenOf(path, said)) return path;
  }
  return undefined;
}

/** By what in its name is not odd, by a folder above it that is left out as a whole, or by a part of its path. */
function isSpokenOf(path: string, said: string): boolean {
  const tag = /evil\d+x/.exec(path)?.[0];
  const ends = [...path.matchAll(/\//g)].map(({ index }) => index + 1);
  const folders = ends.map((end) => escapeRegExp(path.slice(0, end)));
  if (folders.some((folder) => new RegExp(`[ ,]${folder}(?:,| and |$)`, 'm').test(said)))
    return true;
  if (tag !== undefined) return said.includes(tag);
  return path.split('/').some((part) => said.includes(part));
}
