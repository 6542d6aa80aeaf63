import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  binaryControl,
  debFileName,
  InputError,
  installedSize,
  md5sums,
  parseChangelog,
  parseDeb822,
  parsePerson,
  plainMember,
  prepareOutputDirectory,
  sha256,
  writeDeb,
  writeWhole,
} from '../src/library.ts';
import type { BundledPackage } from './bundled-packages.ts';
import { debianChangelog } from './changelog.ts';
import { packageCopyright } from './copyright.ts';
import { BUNDLED_FILE } from './licences-plugin.ts';
import { LockFile } from './lock-file.ts';
import { parseReleases } from './releases.ts';
import { bundleSbom } from './sbom.ts';
import { stageProject } from './stage.ts';
import { packageTimestamp } from './timestamp.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly author: string;
  readonly homepage?: string;
}

/**
 * Writes dkms-deb_<version>_all.deb of a built project and its bill of materials (`sbomFile`) into a directory, and
 * returns the path of the .deb. The same commit, or the same SOURCE_DATE_EPOCH, gives the same bytes.
 */
export async function writePackage(project: string, directory: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as Manifest;
  const changelogFile = join(project, 'CHANGELOG.md');
  const releases = parseReleases(await readFile(changelogFile, 'utf8'), changelogFile);
  const timestamp = await packageTimestamp(project, releases);
  const changelog = debianChangelog(releases, {
    version: manifest.version,
    maintainer: maintainerOf(manifest, project),
    timestamp,
    file: changelogFile,
  });
  const bundled = JSON.parse(
    await readFile(join(project, 'dist', BUNDLED_FILE), 'utf8'),
  ) as BundledPackage[];
  const year = new Date(timestamp * 1000).getUTCFullYear();
  const own = {
    author: manifest.author,
    years: year > FIRST_YEAR ? `${FIRST_YEAR}-${year}` : `${FIRST_YEAR}`,
    source: manifest.homepage,
  };
  const copyright = packageCopyright(own, bundled);
  const tree = await stageProject(project, { copyright, changelog }, timestamp);
  const [latest] = parseChangelog(changelog, changelogFile, { maxEntries: 1 });
  if (latest === undefined) throw new InputError('changelog-format', 'it has no entry');
  const controlFile = join(project, 'templates/dkms-deb/control');
  const [source, binary] = parseDeb822(await readFile(controlFile, 'utf8'), controlFile).paragraphs;
  if (source === undefined || binary === undefined) {
    throw new InputError('bad-control', 'it must have two stanzas', {
      where: { file: controlFile },
    });
  }
  source.set('Maintainer', manifest.author);
  if (manifest.homepage !== undefined) source.set('Homepage', manifest.homepage);
  // dpkg-gencontrol counts 1 KiB for DEBIAN/.
  const facts = { installedSize: installedSize(tree) + 1, architecture: 'all' };
  const control = binaryControl(
    { directory: dirname(controlFile), source, binary, packageName: 'dkms-deb', latest },
    { ...facts, variables: new Map() },
  );
  await prepareOutputDirectory(directory);
  const target = join(directory, debFileName('dkms-deb', latest.version, 'all'));
  await writeDeb(target, {
    control: [plainMember('control', control.text), plainMember('md5sums', await md5sums(tree))],
    tree,
    timestamp,
  });
  const product = { ...manifest, sha256: sha256(await readFile(target)) };
  const sbom = bundleSbom(product, bundled, await LockFile.read(project), timestamp);
  await writeWhole(sbomFile(target), (temporary) => writeFile(temporary, sbom));
  return target;
}

/** Returns the path of a .deb's bill of materials: dkms-deb_<version>_all.cdx.json. */
export function sbomFile(deb: string): string {
  return deb.replace(/\.deb$/, '.cdx.json');
}

const FIRST_YEAR = 2026;

function maintainerOf({ author }: Manifest, project: string) {
  const person = parsePerson(author ?? '');
  if (person !== undefined) return person;
  throw new InputError('author', '"author" must be "Name <mail address>"', {
    where: { file: join(project, 'package.json') },
  });
}
