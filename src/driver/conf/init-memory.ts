import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { MANIFEST } from '../../package/debhelper/supported-files.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import type { DerivedBuild } from '../derive/derive-conf.ts';
import { isManifest } from './is-manifest.ts';

/** How debian/rules builds: by calling dkms-deb, or with debhelper's dh. */
export type RulesStyle = 'dkms-deb' | 'dh';

/**
 * The format of the source package (dpkg-source(1)): `native` for a driver that keeps debian/ in its repository,
 * `quilt` for debian/ beside a tarball of upstream.
 */
export type SourceFormat = 'native' | 'quilt';

/** The choices on the command line of init. Later runs of init keep them. */
export interface Choices {
  readonly rules?: RulesStyle;
  readonly format?: SourceFormat;
  /** The path given with `--conf FILE`, relative to the tree. */
  readonly conf?: string;
  /** The values given with `--set NAME=VALUE`. */
  readonly set?: Readonly<Record<string, string>>;
  readonly debianVersion?: string;
  /** The paths given with `--allow-file PATH`, relative to the tree: private keys that may be packed. */
  readonly allowFiles?: readonly string[];
}

/**
 * The contents of debian/.dkms-deb.json: what init wrote. A later run compares them with the files to find out which
 * files the user edited.
 */
export interface Manifest {
  /** The sha256 of each file as init wrote it, or NOT_MADE_BY_INIT, by the path below debian/. */
  readonly files: Readonly<Record<string, string>>;
  /** The fields of debian/control as init wrote them, by stanza (`source`, `binary`) and name. */
  readonly control?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The name and version of the driver in DKMS, as they are in debian/<package>.install and .dkms. */
  readonly dkms?: { readonly name: string; readonly version: string };
  readonly choices?: Choices;
  readonly derived?: DerivedBuild;
  /**
   * Set if init did not make debian/, but added missing files to it with --force: the name of the driver's package in
   * debian/. The files that already existed are never replaced.
   */
  readonly adopted?: { readonly package: string };
  /**
   * The differences that the user has been told: for each edited file that init keeps, a checksum of its text and of
   * the text that init would write.
   */
  readonly told?: Readonly<Record<string, string>>;
}

/**
 * Reads debian/.dkms-deb.json. Returns undefined if this file is missing or malformed. Every file is then treated as a
 * file that the user wrote. Throws the errors of readOptional.
 */
export async function readManifest(debian: string): Promise<Manifest | undefined> {
  const text = await readOptional(join(debian, MANIFEST));
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isManifest(parsed) ? (parsed as Manifest) : undefined;
  } catch {
    return undefined;
  }
}

export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * Returns the text of a file. Returns undefined if it does not exist. Throws InputError `special-file` for a directory,
 * socket, fifo or device, or a link to one, because reading it may never end. Throws the errors of readTreeText.
 */
export async function readOptional(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).isFile()) return await readTreeText(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  throw new InputError('special-file', 'is not a regular file', {
    where: { file },
    hint: 'Remove the directory, socket, fifo or device, or put a regular file in its place.',
  });
}
