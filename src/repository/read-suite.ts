import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDeb822 } from '../debian/deb822.ts';
import { InputError } from '../errors.ts';
import { ifThere } from '../system/files/if-there.ts';
import { sha256 } from '../system/files/sha256.ts';
import type { ArchiveSigner, SignedText } from './archive-signer.ts';
import { type PublishedPackage, parsePublished } from './published-package.ts';
import { COMPONENT, suiteDirectory } from './repository-layout.ts';

/** The index that a suite of a repository in a directory has now. */
export interface SuiteIndex {
  readonly suite: string;
  readonly codename: string;
  readonly packages: readonly PublishedPackage[];
  readonly architectures: readonly string[];
  /**
   * The bytes of InRelease. They show whether somebody else has changed the suite. Undefined for a suite without an
   * index.
   */
  readonly inRelease: Buffer | undefined;
  /** The text that is signed, and the keys that signed it. */
  readonly release: SignedText;
  /** The SHA-256 of each file that InRelease lists, by its path below the suite. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Reads the index of a suite that will be signed again. The signature and the checksums are checked: otherwise text
 * that none of the signer's keys has signed would now get a good signature. Returns an empty index for a suite without
 * InRelease. Throws InputError `repository-unreadable`, and `repository-untrusted` for a wrong signature.
 */
export async function readSuite(
  repository: string,
  suite: string,
  signer: ArchiveSigner,
): Promise<SuiteIndex> {
  const directory = join(repository, suiteDirectory(suite));
  const file = join(directory, 'InRelease');
  const inRelease = await ifThere(readFile(file));
  if (inRelease === undefined) {
    const release = { text: '', signers: [] };
    return {
      suite,
      codename: suite,
      packages: [],
      architectures: [],
      inRelease,
      release,
      files: new Map(),
    };
  }
  const release = await signer.verified(file);
  const [fields] = parseDeb822(release.text, file).paragraphs;
  const words = (name: string) => (fields?.get(name) ?? '').split(/\s+/).filter(Boolean);
  const files = new Map<string, string>();
  for (const line of fields?.getLines('SHA256') ?? []) {
    const [digest = '', , path = ''] = line.trim().split(/\s+/);
    if (path !== '') files.set(path, digest);
  }
  const architectures = words('Architectures');
  const packages = new Map<string, PublishedPackage>();
  for (const architecture of architectures) {
    const path = packagesPath(architecture);
    const text = await readChecked(directory, path, files.get(path));
    for (const one of parsePublished(text, suite)) packages.set(one.fileName, one);
  }
  const codename = fields?.get('Codename') ?? suite;
  return {
    suite,
    codename,
    packages: [...packages.values()],
    architectures,
    inRelease,
    release,
    files,
  };
}

/** Returns the path of a list of packages below its suite. */
export function packagesPath(architecture: string): string {
  return `${COMPONENT}/binary-${architecture}/Packages`;
}

/**
 * Reads a file of the index. The copy by hash is tried first, because apt reads this copy: a killed publisher may have
 * replaced the file, but not yet InRelease.
 */
async function readChecked(
  directory: string,
  path: string,
  digest: string | undefined,
): Promise<string> {
  const file = join(directory, path);
  if (digest !== undefined) {
    const parent = path.slice(0, path.lastIndexOf('/'));
    for (const place of [join(directory, parent, 'by-hash/SHA256', digest), file]) {
      const bytes = await ifThere(readFile(place));
      if (bytes !== undefined && sha256(bytes) === digest) return bytes.toString('utf8');
    }
  }
  throw new InputError(
    'repository-unreadable',
    'this list is missing, or is not the one in the signed InRelease',
    {
      where: { file },
      hint: 'Restore dists/ from a copy, or remove the directory of the suite and publish all packages again.',
    },
  );
}
