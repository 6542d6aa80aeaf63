import type { Case } from './case.ts';
import { badEnd, survivors } from './play.ts';
import { type Place, playOnDisk } from './small-disk.ts';
import {
  differences,
  halfFiles,
  type Listing,
  leftovers,
  makeStage,
  type State,
  stateOf,
} from './stage.ts';

/** What is done without where the place is full: bmdeb's cache, and whatever else a home may keep. */
const DISPENSABLE: readonly Place[] = ['cache', 'home'];

/** KiB: no disk here is larger. */
const LARGEST = 32 * 1024;

/** A disk that is full to the last page, has no inodes left, may only be read, or has some room. */
function optionsOf(place: Place, index: number, room: number, files: number): string {
  // The tree itself needs a page for each file and directory.
  if (place === 'tree' && index % 8 !== 1)
    return `size=${4 * (files + 3) + Math.floor(64 * room)}k`;
  if (index % 8 === 0) return 'size=4k';
  if (index % 8 === 1) return `ro,size=${LARGEST}k`;
  if (index % 8 === 2) return `nr_inodes=${12 + Math.floor(room * 30)},size=${LARGEST}k`;
  // As many of a few KiB as of some MiB.
  return `size=${Math.max(4, Math.floor(LARGEST ** room))}k`;
}

/** One of the directories is on such a disk: one clear error that names it, or the right bytes. */
export function diskCase(name: string, place: Place, index: number): Case {
  return {
    kind: `full ${place} for ${name}`,
    judge: async ({ directory, random, materials, usual }) => {
      const command = materials.named(name);
      const { before, wanted } = await usual(command);
      const stage = await makeStage(directory, command.origin);
      const options = optionsOf(place, index, random.next(), before.tree.size);
      const played = await playOnDisk(stage, command, place, options);
      const state = await stateOf(stage);
      const problems = [
        ...badEnd(played),
        ...(await survivors(stage)),
        ...(await leftovers(stage)),
        ...halfFiles(state, before, wanted),
        ...judgeEnd(played.status, played.stderr, stage[place], place),
        ...(played.status === 0 ? differences(withoutCache(state), withoutCache(wanted)) : []),
        ...silence(state, wanted, place, played.stderr),
      ];
      return { label: `${name}: ${place} with ${options} (status ${played.status})`, problems };
    },
  };
}

function withoutCache(state: State): State {
  return { ...state, cache: new Map<string, string>() as Listing };
}

function judgeEnd(status: number | null, stderr: string, path: string, place: Place): string[] {
  if (status === 0) return [];
  if (DISPENSABLE.includes(place)) return [`status ${status}: ${stderr.slice(-400)}`];
  const words = /no space left|read-only file system/i;
  return [
    ...(words.test(stderr) ? [] : [`not said why: ${stderr.slice(-400)}`]),
    ...(stderr.includes(path) ? [] : [`the place is not named: ${stderr.slice(-400)}`]),
  ];
}

/** A cache that was to be filled and is not: it is said. (That of a home is looked at in `out` alone.) */
function silence(state: State, wanted: State, place: Place, stderr: string): string[] {
  if (place !== 'cache' || state.cache.size >= wanted.cache.size) return [];
  return /cache/.test(stderr) ? [] : ['not a word about the cache'];
}
