import { plainMember } from '../../archive/deb-writer.ts';
import { installedSize } from '../../archive/staged/installed-size.ts';
import { md5sums } from '../../archive/staged/md5sums.ts';
import { StagedTree } from '../../archive/staged/staged-tree.ts';
import { formatChange, formatEntry } from '../../debian/changelog-entry.ts';
import { type Field, formatStanza } from '../../debian/control-field.ts';
import { debFileName } from '../../debian/deb-file-name.ts';
import { formatDescription } from '../../debian/description.ts';
import { formatPerson, type Person } from '../../debian/person.ts';
import { compareVersions } from '../../debian/version.ts';
import { gzip } from '../../package/debhelper/dh-compress.ts';
import type { StagedPackage } from '../../package/staged-package.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { renderTemplate } from '../../system/text/template.ts';
import type { PackageFacts } from './choose-metas.ts';

/**
 * What the keyring package of an archive contains: the keys of the archive, and what a machine needs to use the
 * archive.
 */
export interface KeyringContents {
  readonly origin: string;
  readonly suite: string;
  /** The address of the archive. Undefined if the package must not add the archive to the sources of apt. */
  readonly url: string | undefined;
  /** The public keys that sign the index, not armoured. */
  readonly keys: Buffer;
  readonly fingerprints: readonly string[];
  /** The certificate of the key that signs the modules, in DER. */
  readonly certificate: Buffer | undefined;
  readonly maintainer: Person;
}

/**
 * Returns the name of the keyring package: `acme-archive-keyring` for the origin `Acme`. Undefined if the origin has no
 * ASCII letter or digit.
 */
export function keyringName(origin: string): string | undefined {
  const stem = origin
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return stem === '' ? undefined : `${stem}-archive-keyring`;
}

/**
 * Stages the keyring package of a suite. `published` are the versions of the package that the suite has. Returns
 * undefined if the newest of these was made from the same files for the same maintainer: the field Build-Key has the
 * digest of both. The new version consists of the day and the suite. With the day it is higher than older versions, so
 * machines get new keys with their next upgrade. The suite is needed because the packages of two suites have the same
 * name, but different contents.
 */
export async function stageKeyring(
  contents: KeyringContents,
  published: readonly PackageFacts[],
  now: Date,
): Promise<StagedPackage | undefined> {
  const { origin, suite, url, keys, certificate, maintainer } = contents;
  const name = keyringName(origin) ?? 'archive-keyring';
  const files = new Map<string, Buffer>([[`usr/share/keyrings/${name}.gpg`, keys]]);
  const conffile = `etc/apt/sources.list.d/${name.replace(/-archive-keyring$/, '')}.sources`;
  if (url !== undefined) {
    files.set(
      conffile,
      Buffer.from(renderTemplate('package/keyring-sources', { url, suite, name })),
    );
  }
  if (certificate !== undefined) files.set(`usr/share/${name}/module-signing.der`, certificate);
  const digest = [...files].map(([path, bytes]) => `${path} ${sha256(bytes)}\n`).join('');
  const key = `sha256:${sha256(`${digest}${formatPerson(maintainer)}`)}`;
  // An older version with these contents does not count: machines have upgraded to the newest version.
  const newest = [...published].sort((a, b) => compareVersions(a.version, b.version)).at(-1);
  if (newest?.buildKey === key) return undefined;
  const version = versionAfter(now, suite, published);
  const timestamp = Math.floor(now.getTime() / 1000);
  const tree = new StagedTree(timestamp);
  for (const [path, bytes] of files) tree.addFile(path, { bytes });
  const [year, owner] = [now.getUTCFullYear(), formatPerson(maintainer)];
  const copyright = renderTemplate('package/keyring-copyright', { name, year, owner });
  tree.addFile(`usr/share/doc/${name}/copyright`, { bytes: Buffer.from(copyright) });
  const entry = formatEntry({
    source: name,
    version,
    distributions: [suite],
    urgency: 'medium',
    changes: formatChange('New keys, source of apt or certificate.'),
    maintainer,
    timestamp,
  });
  tree.addFile(`usr/share/doc/${name}/changelog.gz`, { bytes: await gzip(Buffer.from(entry)) });
  const about = renderTemplate('package/keyring-description', {
    origin,
    url: url !== undefined,
    certificate: certificate !== undefined,
  });
  const conffiles = url === undefined ? [] : [`/${conffile}`];
  const fields: Field[] = [
    ['Package', name],
    ['Version', version],
    ['Architecture', 'all'],
    ['Multi-Arch', 'foreign'],
    ['Maintainer', owner],
    ['Installed-Size', String(installedSize(tree))],
    ['Section', 'misc'],
    ['Priority', 'optional'],
    [
      'Description',
      formatDescription('OpenPGP keys of an archive of kernel modules', [
        about.trim(),
        `Fingerprints: ${contents.fingerprints.join(', ')}`,
      ]),
    ],
    ['Build-Key', key],
  ];
  return {
    fileName: debFileName(name, version, 'all'),
    tree,
    control: [
      plainMember('control', formatStanza(fields)),
      plainMember('md5sums', await md5sums(tree, { conffiles })),
      plainMember('conffiles', conffiles.map((path) => `${path}\n`).join('')),
    ],
    timestamp,
  };
}

/**
 * Returns the version for a day: `2026.11.27+trixie`, or `2026.11.27.1+trixie` if that version is published already. If
 * a version of a later day is published, because a clock was wrong, returns the newest published version with `.1`
 * before its `+`.
 */
function versionAfter(now: Date, suite: string, published: readonly PackageFacts[]): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '.');
  const mark = `+${suite.replace(/[^a-z0-9.]/g, '.')}`;
  const isNew = (version: string) =>
    published.every((one) => compareVersions(version, one.version) > 0);
  for (let count = 0; count <= published.length; count++) {
    const version = `${day}${count === 0 ? '' : `.${count}`}${mark}`;
    if (isNew(version)) return version;
  }
  const [newest = day] = published
    .map((one) => one.version)
    .sort(compareVersions)
    .reverse();
  return `${newest.replace(/\+[^+]*$/, '')}.1${mark}`;
}
