import { join } from 'node:path';
import { installedSize } from '../../src/archive/staged/installed-size.ts';
import { StagedTree } from '../../src/archive/staged/staged-tree.ts';
import { sha256OfFile } from '../../src/archives/store/header-store.ts';
import { debFileName } from '../../src/debian/deb-file-name.ts';
import { writePackage } from '../../src/package/staged-package.ts';
import { silentReporter } from '../../src/report/reporter.ts';
import { addToPool } from '../../src/repository/add-to-pool.ts';
import { type ArchiveSigner, withArchiveSigner } from '../../src/repository/archive-signer.ts';
import {
  type Publication,
  publishSuites,
  type RepositoryChoices,
  readSuites,
} from '../../src/repository/publish-suites.ts';
import { poolPath } from '../../src/repository/repository-layout.ts';
import { withRepositoryLock } from '../../src/repository/repository-lock.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { withEnvironment } from './environment.ts';
import { type Keyring, withKeyring } from './gpg-keys.ts';

export interface BarePackage {
  readonly name: string;
  readonly version?: string;
  readonly architecture?: string;
  /** Lines of the control file, such as `Depends: x`. */
  readonly fields?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

/** Writes a package for apt to decide about, into `directory`. */
export async function writeBarePackage(directory: string, bare: BarePackage): Promise<string> {
  const { name, version = '1.0-1', architecture = 'amd64', fields = [], files = {} } = bare;
  const timestamp = 1_790_000_000;
  const tree = new StagedTree(timestamp);
  for (const [path, text] of Object.entries(files))
    tree.addFile(path, { bytes: Buffer.from(text) });
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Maintainer: Archive Test <archive@example.org>',
    `Installed-Size: ${installedSize(tree)}`,
    ...fields,
    'Section: kernel',
    'Priority: optional',
    'Description: package of a test\n',
  ].join('\n');
  return writePackage(
    {
      fileName: debFileName(name, version, architecture),
      tree,
      control: [{ name: 'control', bytes: Buffer.from(control), mode: 0o644 }],
      timestamp,
    },
    directory,
  );
}

/** A repository of a test, and a place for packages beside it. */
export interface TestRepository {
  readonly directory: string;
  /** The repository. */
  readonly site: string;
  readonly keyring: Keyring;
  readonly key: string;
  /** Publishes exactly these packages in the suite trixie, or in `suite`. */
  publish(
    debs: readonly string[],
    choices?: Partial<RepositoryChoices> & { keys?: readonly string[]; suite?: string },
  ): Promise<Publication>;
  deb(bare: BarePackage): Promise<string>;
}

export async function withTestRepository<T>(
  work: (repository: TestRepository) => Promise<T>,
): Promise<T> {
  return withTemporaryDirectory('repository', async (directory) => {
    const site = join(directory, 'site');
    return withEnvironment({ XDG_CACHE_HOME: join(directory, 'cache') }, () =>
      withKeyring(join(directory, 'gnupg'), async (keyring) => {
        const key = await keyring.makeKey('archive');
        const publish: TestRepository['publish'] = (debs, { keys = [key], suite, ...more } = {}) =>
          withArchiveSigner({ keys }, (signer) =>
            publishDebs(signer, debs, { ...CHOICES, directory: site, ...more }, suite),
          );
        const deb = (bare: BarePackage) => writeBarePackage(directory, bare);
        return work({ directory, site, keyring, key, publish, deb });
      }),
    );
  });
}

const CHOICES = {
  origin: 'Acme',
  label: 'Acme drivers',
  codenames: {},
  validSeconds: undefined,
  generations: 3,
  now: new Date('2026-11-27T12:00:00Z'),
};

async function publishDebs(
  signer: ArchiveSigner,
  debs: readonly string[],
  choices: RepositoryChoices,
  suite = 'trixie',
): Promise<Publication> {
  const { directory } = choices;
  return withRepositoryLock(directory, async () => {
    const packages = await Promise.all(
      debs.map(async (file) => {
        const name = file.slice(file.lastIndexOf('/') + 1);
        const fileName = poolPath(name.split('_')[0] ?? '', name);
        return { file, fileName, sha256: await sha256OfFile(file) };
      }),
    );
    await addToPool(directory, packages);
    const suites = await readSuites(directory, signer);
    const wish = { suite, architectures: ['amd64'], packages };
    return publishSuites(suites, [wish], signer, choices, silentReporter);
  });
}
