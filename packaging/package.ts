import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { plainMember, writeDeb } from '../src/archive/deb-writer.ts';
import { installedSize } from '../src/archive/staged/installed-size.ts';
import { md5sums } from '../src/archive/staged/md5sums.ts';
import { parseChangelog } from '../src/debian/changelog.ts';
import { debFileName } from '../src/debian/deb-file-name.ts';
import { parseDeb822 } from '../src/debian/deb822.ts';
import { parsePerson } from '../src/debian/person.ts';
import { InputError } from '../src/errors.ts';
import { binaryControl } from '../src/package/binary-control.ts';
import { prepareOutputDirectory, writeWhole } from '../src/system/files/output.ts';
import { sha256 } from '../src/system/files/sha256.ts';
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
 * Writes dkms-deb_<version>_all.deb of a project that has been built into a directory, and its bill of
 * materials beside it (`sbomFile`); returns the path of the .deb. The same commit, or SOURCE_DATE_EPOCH,
 * gives the same bytes of both.
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
  if (latest === undefined) throw new InputError('changelog-format', 'has no entry');
  const controlFile = join(project, 'templates/dkms-deb/control');
  const [source, binary] = parseDeb822(await readFile(controlFile, 'utf8'), controlFile).paragraphs;
  if (source === undefined || binary === undefined) {
    throw new InputError('bad-control', 'needs two stanzas', { where: { file: controlFile } });
  }
  source.set('Maintainer', manifest.author);
  if (manifest.homepage !== undefined) source.set('Homepage', manifest.homepage);
  // 1 KiB for DEBIAN/, as dpkg-gencontrol counts it.
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

/** Where the bill of materials of a .deb is: dkms-deb_<version>_all.cdx.json. */
export function sbomFile(deb: string): string {
  return deb.replace(/\.deb$/, '.cdx.json');
}

const FIRST_YEAR = 2026;

function maintainerOf({ author }: Manifest, project: string) {
  const person = parsePerson(author ?? '');
  if (person !== undefined) return person;
  throw new InputError('author', '"author" is not "Name <mail address>"', {
    where: { file: join(project, 'package.json') },
  });
}
