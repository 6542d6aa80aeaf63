import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StagedTree } from '../../src/archive/staged/staged-tree.ts';
import { tarArchive } from '../../src/archive/tar/tar-writer.ts';
import { arArchive, EPOCH } from './archive-fixtures.ts';

/** The contents of a test package, which need not be valid. */
export interface SmallPackage {
  readonly name: string;
  readonly architecture?: string;
  readonly depends?: string;
  /** Additional lines of the control file, such as `Kernel-Release: x`. */
  readonly fields?: readonly string[];
  readonly files: Readonly<Record<string, Buffer | string>>;
  /** Symlinks: their targets by path. */
  readonly links?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  /** Replaces the right md5sums; null for a package without it. */
  readonly md5sums?: string | null;
}

/** Writes `<directory>/<name>.deb` and returns its path. */
export async function writeSmallPackage(directory: string, small: SmallPackage): Promise<string> {
  const tree = new StagedTree(EPOCH);
  const sums: string[] = [];
  for (const [path, content] of Object.entries(small.files)) {
    const bytes = Buffer.from(content as string);
    tree.addFile(path, { bytes });
    sums.push(`${createHash('md5').update(bytes).digest('hex')}  ${path}\n`);
  }
  for (const [path, target] of Object.entries(small.links ?? {})) tree.addSymlink(path, target);
  const control = [
    `Package: ${small.name}`,
    'Version: 1.0',
    `Architecture: ${small.architecture ?? 'amd64'}`,
    'Maintainer: A Person <person@example.org>',
    ...(small.depends === undefined ? [] : [`Depends: ${small.depends}`]),
    ...(small.fields ?? []),
    'Description: package of a test\n',
  ];
  const members = [{ name: 'control', bytes: Buffer.from(control.join('\n')), mode: 0o644 }];
  const md5sums = small.md5sums === undefined ? sums.join('') : small.md5sums;
  if (md5sums !== null) members.push({ name: 'md5sums', bytes: Buffer.from(md5sums), mode: 0o644 });
  for (const [name, text] of Object.entries(small.scripts ?? {})) {
    members.push({ name, bytes: Buffer.from(`#!/bin/sh\nset -e\n${text}\n`), mode: 0o755 });
  }
  const file = join(directory, `${small.name}.deb`);
  // Not written by our own writer, which refuses what dpkg would refuse.
  const controlTree = new StagedTree(EPOCH);
  for (const { name, bytes, mode } of members) controlTree.addFile(name, { bytes, mode });
  const archive = arArchive([
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar', packed(controlTree)],
    ['data.tar', packed(tree)],
  ]);
  await writeFile(file, archive);
  return file;
}

/** Copies each piece, which is valid only until the next one is requested. */
function packed(tree: StagedTree): Buffer {
  const pieces: Buffer[] = [];
  for (const piece of tarArchive(tree.entries(), EPOCH)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
