import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { DkmsDebError, SystemError, UsageError } from '../../errors.ts';
import { withinLimit } from '../../module/sign/sign-timeout.ts';
import { isExecutable } from '../../system/process/find-program.ts';
import { gpgEnvironment } from '../../system/process/gpg-environment.ts';
import { run } from '../../system/process/run.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import type { RpmPlaces } from './run-rpmbuild.ts';

/**
 * Throws UsageError if the name of the key has characters that a macro of rpm cannot contain. rpmsign inserts the macro
 * into the command line of gpg. With the empty name, gpg takes its default key.
 */
export function checkSigningKey(key: string): void {
  if (!/["\\%\p{Cc}]/u.test(key)) return;
  throw new UsageError(`--sign ${JSON.stringify(key)} is not the name of a key`, {
    hint: 'Name the key by its fingerprint (gpg --list-secret-keys).',
  });
}

/**
 * Writes a script that calls gpg with the user's HOME. rpmsign has another HOME, in which it finds no .rpmmacros. With
 * that one, gpg would not take ~/.gnupg for the usual keyring, and would start an agent of its own (gnupg,
 * common/homedir.c: the socket is in d.HASH). An agent that already knows the passphrase, or that ssh forwards, would not
 * be asked. Throws SystemError `signing-failed` if the script cannot run in `place`.
 */
async function writeGpg(place: string): Promise<string> {
  const file = join(place, 'gpg');
  const home = shellWord(process.env.HOME || homedir());
  await writeFile(file, `#!/bin/sh\nHOME=${home} exec /usr/bin/gpg "$@"\n`, { mode: 0o755 });
  if (isExecutable(file)) return file;
  throw new SystemError(
    'signing-failed',
    `rpmsign cannot call gpg: no program can run in ${place}`,
    {
      hint: 'Set TMPDIR to a directory whose file system is mounted without noexec, or leave --sign out.',
    },
  );
}

/**
 * Signs a package in place. Debian's rpm is set to call /usr/bin/gpg2, which does not exist, so the macro __gpg names
 * the script of writeGpg. Throws SystemError `signing-failed` or `tool-missing`, and ModuleBuildError `sign-timeout`.
 */
export async function signRpm(
  file: string,
  key: string,
  { home }: RpmPlaces,
  seconds: number,
): Promise<void> {
  const gpg = (await writeGpg(home)).replaceAll('%', '%%');
  const macros = ['--define', `_gpg_name ${key}`, '--define', `__gpg ${gpg}`];
  try {
    await withinLimit(file, 'rpmsign', seconds, (mark) =>
      run('rpmsign', ['--addsign', ...macros, file], {
        env: { ...gpgEnvironment(), HOME: home, ...mark },
        timeoutSeconds: seconds,
      }),
    );
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    if (error.code === 'tool-missing' || error.code === 'sign-timeout') throw error;
    const as = key === '' ? "with gpg's default key" : `as ${key}`;
    throw new SystemError('signing-failed', `rpmsign cannot sign ${basename(file)} ${as}`, {
      output: error.output,
      hint: 'Name a key of yours with --sign=FINGERPRINT (gpg --list-secret-keys), or leave --sign out.',
      cause: error,
    });
  }
}
