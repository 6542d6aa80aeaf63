import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { COMMANDS, CONF_LIES, hostileTree, inputOf } from '../../hostile/confs/campaign.ts';
import { isBad } from '../../hostile/part.ts';
import { Seeded } from '../../support/seeded.ts';

/**
 * A sample of `npm run hostile -- confs`, about a minute of CPU time: without the inputs that run into a limit of time.
 */
const COUNT = Number(process.env.HOSTILE_COUNT ?? 45);
const SEED = Number(process.env.HOSTILE_SEED ?? 12);
/** For a machine that is busy with other work: the inputs have limits of their own, which do not depend on the load. */
const BUSY_MILLISECONDS = 1_800_000;
const SLOW =
  /does not end|outlives|without dkms\.conf|huge|thousand|million|\d MB|recursion|circle/;

test.each(COMMANDS)('the tree that the lies begin with is right for %s', async (command) => {
  await withTemporaryDirectory('hostile', async (scratch) => {
    for (const withDebian of [true, false]) {
      const place = join(scratch, String(withDebian));
      mkdirSync(place);
      const right = { kind: 'right', withDebian, tell: () => {} };
      const judged = await inputOf(right, command, new Seeded(1), place).judge();
      expect(judged).toMatchObject({ outcome: 'agree', detail: '' });
    }
  });
});

test(
  'no tree makes a command crash, hang, leave something, read or run what is not its own',
  async () => {
    const bad: string[] = [];
    let judgedInputs = 0;
    for (let i = 0; judgedInputs < COUNT; i++) {
      // A step that has no factor in common with their number: from all over, in each run the same.
      const index = (i * 101) % (CONF_LIES.length * COMMANDS.length);
      await withTemporaryDirectory('hostile', async (scratch) => {
        const input = await hostileTree(SEED, index, scratch);
        if (SLOW.test(input.kind)) return;
        const judged = await input.judge();
        judgedInputs++;
        if (isBad(judged)) bad.push(`${index} ${judged.outcome} ${judged.kind}: ${judged.detail}`);
      });
    }
    expect(bad).toEqual([]);
  },
  BUSY_MILLISECONDS,
);
