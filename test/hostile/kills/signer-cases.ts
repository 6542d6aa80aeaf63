import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Case } from './case.ts';
import { badEnd, play, survivors } from './play.ts';
import { leftovers, listing, makeStage, type Stage } from './stage.ts';

/** Programs that never come to an end of a signature. */
const SIGNERS: Readonly<Record<string, string>> = {
  sleeps: 'exec sleep 1000',
  'sleeps in a child': 'sleep 1000 & wait',
  'sleeps in a session of its own': 'setsid sleep 1000 & wait',
  'is deaf to SIGTERM': "trap '' TERM INT HUP; while :; do sleep 1; done",
  'writes for ever, slowly': 'while :; do printf x; sleep 0.2; done',
};

const SECONDS = 2;

/** How a signing program is given: the option, and the name under which the program stands first in PATH. */
const WAYS: Readonly<Record<string, { command: string; inPath?: string; args: Arguments }>> = {
  'signing command': {
    command: 'bmdeb-sign --request',
    args: (stage, deb, signer) => [
      ...['bmdeb-sign', deb, '-o', stage.out, '--sign-command', signer],
    ],
  },
  gpg: {
    command: 'build -F',
    inPath: 'gpg',
    args: ({ tree, out }) => ['build', '-o', out, '--sign=0123456789ABCDEF', tree],
  },
  // openssl waits for the token's module.
  'PKCS#11 token': {
    command: 'bmdeb-sign --request',
    inPath: 'openssl',
    args: ({ out }, deb, _, certificate) => [
      ...['bmdeb-sign', deb, '-o', out, '--sign-key', 'pkcs11:object=k;type=private'],
      ...['--sign-cert', certificate],
    ],
  },
};

type Arguments = (stage: Stage, deb: string, signer: string, certificate: string) => string[];

/** A limit of some seconds is kept, and told; nothing of the signer lives on. */
export function signerCases(): Case[] {
  return Object.entries(WAYS).flatMap(([way, { command, inPath, args }]) =>
    Object.entries(SIGNERS).map(([kind, script]) => ({
      kind: `${way} that hangs`,
      judge: async ({ directory, materials }) => {
        const stage = await makeStage(directory, materials.named(command).origin);
        const bin = join(stage.home, 'bin');
        await mkdir(bin);
        const signer = join(bin, inPath ?? 'signer');
        // openssl answers at once to all that does not need the token.
        const other = `case "$*" in *pkcs11:*) ;; *) exec /usr/bin/openssl "$@" ;; esac\n`;
        await writeFile(signer, `#!/bin/sh\n${inPath === 'openssl' ? other : ''}${script}\n`);
        await chmod(signer, 0o755);
        const [, deb = ''] = materials.named('bmdeb-sign --request').args(stage);
        const words = args(stage, deb, signer, materials.certificate);
        const limit = ['--sign-timeout', String(SECONDS)];
        const env = inPath === undefined ? {} : { PATH: `${bin}:${stage.env.PATH}` };
        const played = await play(stage, [...words, ...limit], { env, mostSeconds: 30 });
        const { status, stderr } = played;
        const problems = [
          ...badEnd(played),
          ...(status === 0 ? ['succeeds'] : []),
          ...(stderr.includes(`${SECONDS} s`) ? [] : [`the limit is not told: ${stderr}`]),
          ...(stderr.includes('--sign-timeout') ? [] : ['how to set it is not told']),
          ...(await survivors(stage)),
          ...(await leftovers(stage)),
          ...((await listing(stage.out)).size === 0 ? [] : ['something was written']),
        ];
        return { label: `it ${kind}`, problems };
      },
    })),
  );
}
