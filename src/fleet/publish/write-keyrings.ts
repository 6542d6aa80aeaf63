import type { Person } from '../../debian/person.ts';
import { readAnyCertificate } from '../../module/sign/any-certificate.ts';
import { writePackage } from '../../package/staged-package.ts';
import type { ArchiveSigner } from '../../repository/archive-signer.ts';
import type { PackageFacts } from './choose-metas.ts';
import { type IncomingPackage, readIncoming } from './incoming-package.ts';
import { keyringName, stageKeyring } from './keyring-package.ts';

/** The choices for the keyring package that the repository itself offers. */
export interface KeyringChoice {
  readonly origin: string;
  readonly url: string | undefined;
  /** The certificate of the key that signs the modules, in DER. */
  readonly certificate: Buffer | undefined;
  readonly maintainer: Person;
}

/**
 * Reads a certificate in PEM or DER, and returns it in DER, which mokutil needs. Throws InputError
 * `certificate-unreadable`.
 */
export async function readCertificate(file: string): Promise<Buffer> {
  return (await readAnyCertificate(file)).raw;
}

/**
 * Writes the keyring package of a suite into `directory`. Returns [] if no package is wanted, if the origin gives no
 * name for it (keyringName), or if the newest package of the suite has the same contents.
 */
export async function writeKeyrings(
  choice: KeyringChoice | undefined,
  suite: string,
  known: readonly PackageFacts[],
  directory: string,
  signer: ArchiveSigner,
  now: Date,
): Promise<IncomingPackage[]> {
  const name = choice && keyringName(choice.origin);
  if (choice === undefined || name === undefined) return [];
  const published = known.filter((one) => one.name === name);
  const fingerprints = signer.keys.map(({ fingerprint }) => fingerprint);
  const contents = { ...choice, suite, keys: await signer.publicKeys(), fingerprints };
  const staged = await stageKeyring(contents, published, now);
  return staged === undefined ? [] : [await readIncoming(await writePackage(staged, directory))];
}
