import type { Seeded } from '../support/seeded.ts';
import type { RawDeb } from './raw-deb.ts';
import { directory, file, type RawEntry, rawTar } from './raw-tar.ts';

/** A way to change a right package; a Seeded makes its choices. */
export interface Lie {
  readonly kind: string;
  tell(deb: RawDeb, random: Seeded): void;
}

/** Entries that put a file where it does harm. */
export const EVIL = () => [
  directory('./etc/cron.d/'),
  file('./etc/cron.d/evil', '* * * * * root id\n'),
];

/** The same as bytes of a tar. */
export const evilBytes = () => rawTar(EVIL(), Buffer.alloc(0));

/** A place in data.tar behind the directories that EVIL needs. */
function anywhere(deb: RawDeb, random: Seeded): number {
  return 3 + random.below(deb.data.length - 2);
}

export function insert(deb: RawDeb, random: Seeded, ...entries: RawEntry[]): void {
  deb.data.splice(anywhere(deb, random), 0, ...entries);
}

export function anEntry(deb: RawDeb, random: Seeded, type?: string): RawEntry {
  return random.pick(deb.data.filter((entry) => type === undefined || entry.type === type));
}
