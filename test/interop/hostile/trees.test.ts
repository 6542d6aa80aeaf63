import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { isBad } from '../../hostile/part.ts';
import { TREES_PART } from '../../hostile/trees/trees-campaign.ts';

/** A part of `npm run hostile -- trees`: every so manieth, so that all kinds of names, links and files come. */
const STEP = Number(process.env.HOSTILE_STEP ?? 41);
const SEED = Number(process.env.HOSTILE_SEED ?? 12);
/** For a machine that is busy with other work: the inputs have limits of their own, which do not depend on the load. */
const BUSY_MILLISECONDS = 1_800_000;

test(
  'what is made of a hostile tree unpacks as the tree is, all else is refused by name',
  async () => {
    const bad: string[] = [];
    let agree = 0;
    for (let index = 0; index < TREES_PART.count; index += STEP) {
      await withTemporaryDirectory('hostile-trees', async (scratch) => {
        const input = await TREES_PART.input(SEED, index, scratch);
        const judged = await input.judge();
        if (judged.outcome === 'agree') agree++;
        if (isBad(judged)) bad.push(`${index} ${judged.outcome} ${judged.kind}: ${judged.detail}`);
      });
    }
    expect(bad).toEqual([]);
    expect(agree).toBeGreaterThan(TREES_PART.count / STEP / 3);
  },
  BUSY_MILLISECONDS,
);
