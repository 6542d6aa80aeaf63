import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readDeb } from '../../archive/deb-reader.ts';
import { formatChange, formatEntry } from '../../debian/changelog-entry.ts';
import { type Field, formatStanza } from '../../debian/control-field.ts';
import { type Deb822Paragraph, parseDeb822 } from '../../debian/deb822.ts';
import { addListedFile } from '../../debian/files-list.ts';
import { formatPerson } from '../../debian/person.ts';
import { withoutEpoch } from '../../debian/version.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import type { Reporter } from '../../report/reporter.ts';
import { writeBuildinfo, writeChanges } from '../../source/changes.ts';
import { publishTogether } from '../../system/files/publish.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';

/** What the .changes file says in addition to its packages, and the directory for it. */
export interface UploadAbout {
  readonly driver: DriverDescription;
  readonly output: string;
  /** The time stamp of the upload, in seconds. */
  readonly timestamp: number;
}

/** The fields of the packages that dpkg-genchanges and dpkg-genbuildinfo read. */
const FIELDS = ['Package', 'Architecture', 'Section', 'Priority', 'Description'] as const;

/**
 * Writes .buildinfo and .changes for packages of one driver: reprepro include, aptly repo include and dput need them.
 * Returns their paths. Their names begin with `<source>-modules_`, because the names of these files for the -dkms
 * package begin with `<source>_`.
 */
export async function writeModulesUpload(
  debs: readonly string[],
  { driver, output, timestamp }: UploadAbout,
  reporter: Reporter,
): Promise<string[]> {
  return withTemporaryDirectory('upload', async (tree) => {
    const debian = join(tree, 'debian');
    await mkdir(debian);
    const packages = await Promise.all(debs.map(controlOf));
    const found = new Set(packages.map((one) => one.get('Architecture') ?? ''));
    // As in dpkg-buildpackage, `all` is part of the file name only if all packages are for all architectures.
    if (found.size > 1) found.delete('all');
    const architectures = [...found];
    await writeFile(join(debian, 'control'), controlText(driver, packages));
    const names = packages.map((one) => one.get('Package')).join(', ');
    const entry = formatEntry({
      source: driver.source,
      version: driver.sourceVersion,
      distributions: driver.distributions,
      urgency: 'medium',
      changes: formatChange(`Compiled modules: ${names}.`),
      maintainer: driver.maintainer,
      timestamp,
    });
    await writeFile(join(debian, 'changelog'), entry);
    let files = '';
    packages.forEach((one, index) => {
      const fileName = basename(debs[index] ?? '');
      const [section = 'kernel', priority = 'optional'] = [one.get('Section'), one.get('Priority')];
      files = addListedFile(files, { fileName, section, priority }, 'debian/files');
    });
    await writeFile(join(debian, 'files'), files);
    const architecture = architectures.length === 1 ? architectures[0] : 'multi';
    const version = withoutEpoch(driver.sourceVersion);
    const stem = `${driver.source}-modules_${version}_${architecture}`;
    return publishTogether(output, async (staging) => {
      for (const file of debs) {
        const target = join(staging, basename(file));
        await link(file, target).catch(() => copyFile(file, target));
      }
      const type = 'binary' as const;
      const input = { tree, staging, type, stem, timestamp, withOrig: false, reporter };
      return [await writeBuildinfo(input), await writeChanges(input)];
    });
  });
}

async function controlOf(file: string): Promise<Deb822Paragraph> {
  const text = (await readDeb(file)).control.get('control')?.toString('utf8') ?? '';
  const [fields] = parseDeb822(text, `${file} (control)`).paragraphs;
  if (fields === undefined) throw new Error('a package that bmdeb wrote has a control file');
  return fields;
}

/** Returns the debian/control of a source package that would build these packages. */
function controlText(driver: DriverDescription, packages: readonly Deb822Paragraph[]): string {
  const source: Field[] = [
    ['Source', driver.source],
    ['Section', 'kernel'],
    ['Priority', 'optional'],
    ['Maintainer', formatPerson(driver.maintainer)],
    ['Homepage', driver.homepage],
  ];
  const stanzas = packages.map((one) =>
    formatStanza(FIELDS.map((name): Field => [name, one.get(name)])),
  );
  return [formatStanza(source), ...stanzas].join('\n');
}
