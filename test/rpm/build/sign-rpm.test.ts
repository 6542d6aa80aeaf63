import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkSigningKey, signRpm } from '../../../src/rpm/build/sign-rpm.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { withEnvironment } from '../../support/environment.ts';

/** Runs the program of the macro __gpg with `env` instead of gpg, and writes what it prints. */
const RPMSIGN = `#!/bin/bash
for word; do case $word in '__gpg '*) gpg=\${word#__gpg }; gpg=\${gpg//%%/%} ;; esac; done
echo "HOME=$HOME" >"$0.own"
sed 's#/usr/bin/gpg "$@"#/usr/bin/env#' "$gpg" | sh >"$0.gpg"
`;

test('bug: gpg had the HOME of rpmsign, and asked another agent than the running one of ~/.gnupg', async () => {
  await withTemporaryDirectory('100% sign', async (directory) => {
    const [bin, home] = [join(directory, 'bin'), join(directory, 'home')];
    for (const made of [bin, home]) await mkdir(made);
    await writeFile(join(bin, 'rpmsign'), RPMSIGN, { mode: 0o755 });
    const seen = async (keyring: string | undefined) => {
      const env = { PATH: `${bin}:${process.env.PATH}`, HOME: "/home/o'neil", GNUPGHOME: keyring };
      await withEnvironment(env, () => signRpm('x.rpm', 'me', { home, top: directory }, 60));
      const gpg = (await readFile(join(bin, 'rpmsign.gpg'), 'utf8')).split('\n');
      return gpg.filter((line) => /^(?:HOME|GNUPGHOME)=/.test(line)).sort();
    };
    expect(await seen(undefined)).toEqual(["HOME=/home/o'neil"]);
    expect(await seen('/keys')).toEqual(['GNUPGHOME=/keys', "HOME=/home/o'neil"]);
    // rpmsign itself reads no .rpmmacros of the user.
    expect(await readFile(join(bin, 'rpmsign.own'), 'utf8')).toBe(`HOME=${home}\n`);
  });
});

test('bug: where TMPDIR is mounted noexec, the hint was about the name of the key', async () => {
  await withTemporaryDirectory('test', async (home) => {
    // A script without execute permission stands for one that the mount does not run: access(2) gives EACCES for both.
    const before = process.umask(0o111);
    try {
      const signing = signRpm('x.rpm', 'me', { home, top: home }, 60);
      await expect(signing).rejects.toMatchObject({
        code: 'signing-failed',
        message: `rpmsign cannot call gpg: no program can run in ${home}`,
        hint: expect.stringContaining('Set TMPDIR to a directory'),
      });
    } finally {
      process.umask(before);
    }
  });
});

test.each(['a"b', '%{lua:x}'])('the key %j is refused before rpmsign is called', (key) => {
  expect(() => checkSigningKey(key)).toThrow(/^--sign /);
});
