import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { inputOf } from '../../hostile/confs/campaign.ts';
import { Seeded } from '../../support/seeded.ts';

test.each(['info', 'init', 'build', 'lint'])(
  'the tree that the lies begin with is right for %s',
  async (command) => {
    await withTemporaryDirectory('hostile', async (scratch) => {
      for (const withDebian of [true, false]) {
        const place = join(scratch, String(withDebian));
        mkdirSync(place);
        const right = { kind: 'right', withDebian, tell: () => {} };
        const judged = await inputOf(right, command, new Seeded(1), place).judge();
        expect(judged).toMatchObject({ outcome: 'agree', detail: '' });
      }
    });
  },
);
