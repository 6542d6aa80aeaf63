import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { goodDeb, rawDeb } from '../../hostile/raw-deb.ts';
import { hostileDeb, judge } from '../../hostile/verify-campaign.ts';

/** A tenth of `npm run hostile -- verify`. */
const COUNT = Number(process.env.HOSTILE_COUNT ?? 150);
const SEED = Number(process.env.HOSTILE_SEED ?? 12);

test('dpkg and verify accept the package that the damaged ones are made of', async () => {
  await withTemporaryDirectory('hostile', async (scratch) => {
    expect(await judge(await rawDeb(goodDeb()), 'right', scratch)).toEqual({
      kind: 'right',
      outcome: 'agree',
      detail: '',
    });
  });
});

test('verify accepts no package that dpkg refuses or unpacks to something else', async () => {
  await withTemporaryDirectory('hostile', async (scratch) => {
    const bad: string[] = [];
    const strict: string[] = [];
    let agree = 0;
    for (let index = 0; index < COUNT; index++) {
      const { kind, bytes } = await hostileDeb(SEED, index);
      const { outcome, detail } = await judge(bytes, kind, scratch);
      if (outcome === 'agree') agree++;
      else if (outcome === 'strict') strict.push(`${index} ${kind}: ${detail}`);
      else bad.push(`${index} ${outcome} ${kind}: ${detail}`);
    }
    if (process.env.HOSTILE_LOG)
      await writeFile(process.env.HOSTILE_LOG, [...strict.sort(), '', ...bad].join('\n'));
    expect(bad).toEqual([]);
    expect(agree).toBeGreaterThan(COUNT / 2);
  });
});
