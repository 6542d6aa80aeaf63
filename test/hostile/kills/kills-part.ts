import { join } from 'node:path';
import { makeTemporary, temporaryParent } from '../../../src/system/process/cleanup.ts';
import { Random } from '../../support/random.ts';
import type { HostilePart } from '../part.ts';
import { allCases } from './all-cases.ts';
import type { Site } from './case.ts';
import { takeMost } from './play.ts';
import { openSites } from './site.ts';

let sites: Promise<(place: string, random: Random) => Site> | undefined;

/** Kills, damaged caches, full disks, runs at once, limits, odd clocks, signers that hang. */
export const KILLS_PART: HostilePart = {
  count: allCases(0).length,
  mostSeconds: 300,
  mostMib: 400,
  async input(seed, index, scratch) {
    const found = allCases(seed)[index];
    if (found === undefined) throw new Error(`there is no case ${index}`);
    return {
      kind: found.kind,
      judge: async () => {
        // Once in a worker: what all cases need goes with it.
        sites ??= openSites(makeTemporary(join(temporaryParent(), 'dkms-deb-kills-')));
        const site = (await sites)(join(scratch, 'stage'), new Random(seed * 100_003 + index));
        takeMost();
        const { label, problems } = await found.judge(site);
        const outcome = problems.length === 0 ? 'agree' : 'bad';
        const detail = `${label}: ${problems.join('; ')}`;
        return { kind: found.kind, outcome, detail, ...takeMost() };
      },
    };
  },
};
