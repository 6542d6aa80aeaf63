import { stat } from 'node:fs/promises';
import { readDeb } from '../../archive/deb-reader.ts';
import { sha256OfFile } from '../../archives/store/header-store.ts';
import { debFileName } from '../../debian/deb-file-name.ts';
import { parseDeb822 } from '../../debian/deb822.ts';
import { checkPackageName } from '../../debian/package-name.ts';
import { parseVersion } from '../../debian/version.ts';
import { InputError } from '../../errors.ts';
import { type PublishedPackage, parsePublished } from '../../repository/published-package.ts';
import { poolPath } from '../../repository/repository-layout.ts';

/** A package that is to be published, with the facts that an index has about it. */
export interface IncomingPackage extends Omit<PublishedPackage, 'suite'> {
  /** The path of the .deb, which is not in the pool yet. */
  readonly file: string;
}

/**
 * Reads the control file of a .deb. The .deb may have any file name, because its name in the pool is made from the
 * fields. Throws the errors of readDeb and parseDeb822, InputError `control-file`, and InputError for a name or version
 * that cannot be part of a path.
 */
export async function readIncoming(file: string): Promise<IncomingPackage> {
  const deb = await readDeb(file);
  const control = deb.control.get('control')?.toString('utf8') ?? '';
  // This parser refuses what dpkg refuses. parsePublished below skips what it does not know.
  parseDeb822(control, `${file} (control)`);
  // The added fields come first, so that fields of the same names in the package do not count.
  const size = (await stat(file)).size;
  const added = `Filename: ?\nSize: ${size}\nSHA256: ${await sha256OfFile(file)}\n`;
  const [facts] = parsePublished(added + control, '');
  if (facts === undefined) {
    throw new InputError(
      'control-file',
      'the control file of this package has no name or version',
      {
        where: { file },
      },
    );
  }
  const { suite: _, ...found } = facts;
  const { name, version, architecture, source } = found;
  const where = { file };
  checkPackageName(name, 'package', where);
  checkPackageName(source, 'source package', where);
  parseVersion(version, where);
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(architecture)) {
    throw new InputError(
      'control-file',
      'the field Architecture of this package is not the name of an architecture',
      { where },
    );
  }
  return { ...found, file, fileName: poolPath(source, debFileName(name, version, architecture)) };
}
