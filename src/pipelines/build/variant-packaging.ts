import { readdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fsExtra from 'fs-extra';
import type { Person } from '../../debian/person.ts';
import { parseVersion } from '../../debian/version.ts';
import { UsageError } from '../../errors.ts';
import { findMaintainer } from '../../facts/project/maintainer.ts';
import { type BuildVariant, variantChangelog, variantVersion } from '../../source/build-entry.ts';
import { readSourcePackage, type SourcePackage } from '../../source/source-package.ts';
import { readTreeText } from '../../system/files/read-tree-file.ts';
import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';

/**
 * Copies a debian/ directory to `copy`, and changes the changelog of the copy for this build (variantChangelog). Also
 * changes the version in paths below usr/src, if needed (moveDestinations). Throws UsageError if the suffix makes an
 * invalid version, and InputError `bad-maintainer` for a wrong DEBFULLNAME or DEBEMAIL.
 */
export async function writeVariant(
  debian: string,
  copy: string,
  { original, variant }: { readonly original: SourcePackage; readonly variant: BuildVariant },
): Promise<void> {
  await fsExtra.copy(await realpath(debian), copy, { preserveTimestamps: true });
  const version = variantVersion(original.version, variant);
  try {
    parseVersion(version);
  } catch (cause) {
    throw new UsageError(`--suffix ${variant.suffix} makes an invalid version: ${version}`, {
      cause,
    });
  }
  const file = join(copy, 'changelog');
  const text = await readTreeText(file);
  const entry = variantChangelog(text, original.latest, variant, person(original));
  await writeFile(file, entry);
  const { upstream } = await readSourcePackage(copy);
  await moveDestinations(copy, original.upstream, upstream);
}

/**
 * Returns the author of the new changelog entry: the user whom DEBFULLNAME and DEBEMAIL (or NAME and EMAIL) name, as
 * for dch(1); else the configured maintainer; else the author of the last entry. git's configuration is not read.
 */
function person({ latest }: SourcePackage): Person {
  return findMaintainer({ config: new Map() })?.value ?? latest.maintainer;
}

/**
 * Changes the version in the paths usr/src/<name>-<version> of debian/*.install, dirs and links. Does nothing unless
 * dkms.conf contains #MODULE_VERSION#, which dh_dkms replaces by the version of the package.
 */
async function moveDestinations(debian: string, before: string, after: string): Promise<void> {
  const names = await readdir(debian);
  const follows = names.filter((name) => name.endsWith('.dkms') || name === 'dkms');
  const texts = await Promise.all(
    follows.map((name) => readTreeText(join(debian, name), 'latin1')),
  );
  if (!texts.some((text) => text.includes('#MODULE_VERSION#'))) return;
  const literal = escapeRegExp(before);
  const destination = new RegExp(`(usr/src/[^\\s/]*-)${literal}(?=[/\\s]|$)`, 'g');
  for (const name of names.filter((each) => /(^|\.)(install|dirs|links)$/.test(each))) {
    const file = join(debian, name);
    const text = await readTreeText(file);
    const moved = text.replace(destination, (_, stem: string) => `${stem}${after}`);
    if (moved !== text) await writeFile(file, moved);
  }
}
