import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { MANIFEST } from '../../package/debhelper/supported-files.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import type { DerivedBuild } from '../derive/derive-conf.ts';

/** How debian/rules builds: by calling dkms-deb, or with debhelper's dh. */
export type RulesStyle = 'dkms-deb' | 'dh';

/** dpkg-source's format: `native` for a driver that keeps debian/ in its repository. */
export type SourceFormat = 'native' | 'quilt';

/** What a person chose on the command line; a later run without the option keeps it. */
export interface Choices {
  readonly rules?: RulesStyle;
  readonly format?: SourceFormat;
  /** Relative to the tree. */
  readonly conf?: string;
  /** `--set NAME=VALUE`. */
  readonly set?: Readonly<Record<string, string>>;
  readonly debianVersion?: string;
  /** `--allow-file PATH`: private keys that may be packed, relative to the tree. */
  readonly allowFiles?: readonly string[];
}

/** Stands in `Manifest.files` for the checksum of a file that init found and left alone. */
export const NOT_MADE_BY_INIT = 'not made by init';

/** debian/.dkms-deb.json: what init wrote, so that a later run can tell it from a person's work. */
export interface Manifest {
  /** sha256 of each file as init wrote it, by path below debian/. */
  readonly files: Readonly<Record<string, string>>;
  /** Fields of debian/control as init wrote them, by stanza (`source`, `binary`) and name. */
  readonly control?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** DKMS's name and version, which debian/<package>.install and .dkms are written for. */
  readonly dkms?: { readonly name: string; readonly version: string };
  readonly choices?: Choices;
  readonly derived?: DerivedBuild;
}

/** Undefined where debian/ has none, or one that is no longer readable: then every file is a person's. */
export async function readManifest(debian: string): Promise<Manifest | undefined> {
  const text = await readOptional(join(debian, MANIFEST));
  if (text === undefined) return undefined;
  try {
    const parsed = JSON.parse(text) as Partial<Manifest> | null;
    const files = parsed?.files;
    return files !== undefined && files !== null && typeof files === 'object'
      ? { ...parsed, files }
      : undefined;
  } catch {
    return undefined;
  }
}

export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * The text of a file, or undefined where there is none. InputError `special-file` for a fifo or device, or
 * a link to one, which may have no end.
 */
export async function readOptional(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).isFile()) return await readTreeText(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  throw new InputError('special-file', 'this is no regular file', {
    where: { file },
    hint: 'Only files belong there: take the directory, socket, fifo or device away.',
  });
}
