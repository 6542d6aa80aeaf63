import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Case } from './case.ts';
import { badEnd, play, survivors } from './play.ts';
import { leftovers, listing, makeStage } from './stage.ts';

/** Programs that never come to an end of a signature. */
const SIGNERS: Readonly<Record<string, string>> = {
  sleeps: 'exec sleep 1000',
  'sleeps in a child': 'sleep 1000 & wait',
  'sleeps in a session of its own': 'setsid sleep 1000 & wait',
  'is deaf to SIGTERM': "trap '' TERM INT HUP; while :; do sleep 1; done",
  'writes for ever, slowly': 'while :; do printf x; sleep 0.2; done',
};

const SECONDS = 2;

/** A limit of some seconds is kept, and told; nothing of the signer lives on. */
export function signerCases(): Case[] {
  return Object.entries(SIGNERS).map(([kind, script]) => ({
    kind: 'signing command that hangs',
    judge: async ({ directory, materials }) => {
      const { origin, args } = materials.named('bmdeb-sign --request');
      const stage = await makeStage(directory, origin);
      const signer = join(stage.home, 'signer');
      await writeFile(signer, `#!/bin/sh\n${script}\n`);
      await chmod(signer, 0o755);
      const [, deb = ''] = args(stage);
      const words = ['bmdeb-sign', deb, '-o', stage.out, '--sign-command', signer];
      const limit = ['--sign-timeout', String(SECONDS)];
      const played = await play(stage, [...words, ...limit], { mostSeconds: 30 });
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
  }));
}
