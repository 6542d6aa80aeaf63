import { rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTemporary, temporaryParent } from '../../src/system/process/cleanup.ts';
import { allCases } from '../hostile/kills/all-cases.ts';
import type { Site } from '../hostile/kills/case.ts';
import { openSites } from '../hostile/kills/site.ts';
import { Random } from '../support/random.ts';

/** A sample of `npm run hostile -- kills`: of each of these kinds the first cases. */
const SEED = 12;
/** For a machine that is busy with other work: the cases have limits of their own, which do not depend on the load. */
const BUSY_MILLISECONDS = 1_800_000;
const SAMPLE: readonly (readonly [kind: string, count: number])[] = [
  ['kill -9 of init again', 2],
  ['kill -9 of build -F', 1],
  ['kill -9 of bmdeb-sign', 2],
  ['kill -9 of lint --fix', 1],
  ['SIGINT or SIGTERM to bmdeb-sign', 3],
  ['SIGINT or SIGTERM to build -F', 1],
  ['cache with a file with a bit flipped', 1],
  ['cache with a file that is a fifo', 1],
  ['full out for bmdeb-sign --request', 3],
  ['full out for build -F', 2],
  ['full tmp for init', 3],
  ['full tmp for info', 1],
  ['full tree for init', 1],
  ['full cache for bmdeb', 1],
  ['full home for bmdeb', 1],
  ['2 runs of init at once', 1],
  ['4 runs of build -F at once', 1],
  ['limit of open files for build -F', 1],
  ['limit of processes for init', 1],
  ['limit of the size of files for build -F', 2],
  ['odd SOURCE_DATE_EPOCH for init', 3],
  ['signing command that hangs', 2],
  ['gpg that hangs', 1],
  ['PKCS#11 token that hangs', 1],
];

const directory = makeTemporary(join(temporaryParent(), 'dkms-deb-kills-'));
let sites: (place: string, random: Random) => Site;

beforeAll(async () => {
  await chmod(directory, 0o755);
  sites = await openSites(join(directory, 'all'));
}, BUSY_MILLISECONDS);

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

test.each(SAMPLE)(
  '%s: right, or one clear error, and nothing is left',
  async (kind, count) => {
    const cases = [...allCases(SEED).entries()].filter(([, one]) => one.kind === kind);
    expect(cases.length).toBeGreaterThanOrEqual(count);
    for (const [index, one] of cases.slice(0, count)) {
      const site = sites(join(directory, 'stage'), new Random(SEED * 100_003 + index));
      const { label, problems } = await one.judge(site);
      expect(problems, `${index}: ${label}`).toEqual([]);
    }
  },
  BUSY_MILLISECONDS,
);
