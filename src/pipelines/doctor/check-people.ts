import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { formatPerson } from '../../debian/person.ts';
import { DkmsDebError } from '../../errors.ts';
import { readGit } from '../../facts/git-facts.ts';
import { findMaintainer } from '../../facts/project/maintainer.ts';
import { tokenOptions } from '../../module/sign/open-token.ts';
import { readTreeFileStart } from '../../system/files/read-tree-file.ts';
import { findProgram } from '../../system/process/find-program.ts';
import { gpgEnvironment } from '../../system/process/gpg-environment.ts';
import { run } from '../../system/process/run.ts';
import { type MachineFinding, note, ok } from './machine-finding.ts';

/** Returns a finding with the maintainer that a new package would have. */
export async function checkMaintainer(): Promise<MachineFinding> {
  const subject = 'maintainer';
  try {
    const found = findMaintainer(await readGit(process.cwd()));
    if (found !== undefined) return ok(subject, `${formatPerson(found.value)} (${found.from})`);
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    return { state: 'missing', subject, message: error.message, advice: error.hint ?? '' };
  }
  const message =
    'neither the environment nor the configuration nor git has both your name and your mail address; init would write FIXME';
  const command = 'export DEBFULLNAME="Your Name" DEBEMAIL=you@example.org';
  return { state: 'optional', subject, message, command };
}

/** Returns findings about keys: which keys are in gpg's keyring, and whether Secure Boot asks for signed modules. */
export async function checkKeys(): Promise<MachineFinding[]> {
  return [await checkGpgKeys(), ...(await checkSecureBoot())];
}

async function checkGpgKeys(): Promise<MachineFinding> {
  const subject = 'keys of gpg';
  const home = process.env.GNUPGHOME || join(homedir(), '.gnupg');
  // If gpg's directory is missing, gpg is not called, because it would create the directory.
  if (!existsSync(home) || findProgram('gpg') === undefined) return noKey(subject, home);
  try {
    const words = ['--batch', '--with-colons', '--fixed-list-mode', '--list-secret-keys'];
    const { stdout } = await run('gpg', words, { env: gpgEnvironment(), accept: [0, 2] });
    const count = stdout.match(/^sec:/gm)?.length ?? 0;
    return count === 0 ? noKey(subject, home) : ok(subject, `${count} in ${home}`);
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    const advice = 'Look at what gpg --list-secret-keys says.';
    return { state: 'optional', subject, message: error.message, advice };
  }
}

function noKey(subject: string, home: string): MachineFinding {
  const message = `no secret key in ${home} (for build --sign and publish)`;
  const command = 'gpg --quick-generate-key "Your Name <you@example.org>" ed25519 sign 3y';
  return { state: 'optional', subject, message, command };
}

/** Returns a finding that says whether OpenSSL can use keys in tokens (pkcs11: URIs). */
export async function checkTokens(): Promise<MachineFinding> {
  const subject = 'keys in tokens';
  try {
    const [, kind = ''] = await tokenOptions();
    return ok(subject, `by OpenSSL's ${kind}`);
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    const { message } = error;
    return { state: 'optional', subject, message, packages: ['pkcs11-provider'] };
  }
}

const EFI_VARIABLES = '/sys/firmware/efi/efivars';

/**
 * Returns a finding about Secure Boot; none on a machine without the EFI variable SecureBoot. The value of an EFI
 * variable follows after four bytes of attributes (efivarfs, Documentation/filesystems).
 */
async function checkSecureBoot(): Promise<MachineFinding[]> {
  const names = await readdir(EFI_VARIABLES).catch(() => []);
  const name = names.find((one) => one.startsWith('SecureBoot-'));
  if (name === undefined) return [];
  const bytes = await readTreeFileStart(join(EFI_VARIABLES, name), 5).catch(() => undefined);
  if (bytes?.[4] === undefined)
    return [note('Secure Boot', `is unknown, because ${EFI_VARIABLES}/${name} cannot be read`)];
  if (bytes[4] !== 1)
    return [note('Secure Boot', 'is off, so it does not keep unsigned modules from loading')];
  const advice = 'Sign with a key that is enrolled (docs/guides/secure-boot.md).';
  return [
    note('Secure Boot', 'is on, so a kernel with lockdown only loads signed modules', advice),
  ];
}
