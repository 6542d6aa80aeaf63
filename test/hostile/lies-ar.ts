import type { Seeded } from '../support/seeded.ts';
import type { Lie } from './lie.ts';
import { AR_MEMBERS } from './lies-ar-members.ts';
import { STREAMS } from './lies-streams.ts';
import { goodDeb, rawDeb } from './raw-deb.ts';

/** Lies in the ar archive and its compressed members. */
export const AR_LIES: readonly Lie[] = [...STREAMS, ...AR_MEMBERS];

/** A good package with random bytes changed, wherever they lie. */
export async function damagedDeb(random: Seeded): Promise<Buffer> {
  const deb = goodDeb();
  deb.compression = random.pick(['', '', '.gz', '.xz', '.zst']);
  const bytes = await rawDeb(deb);
  for (let times = 1 + random.below(4); times > 0; times--) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return random.below(8) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}
