import { stat } from 'node:fs/promises';
import type { Advance } from '../../report/reporter.ts';

/** The time between two looks at the sizes of the files. */
const MILLISECONDS = 250;

type Listener = (advance: Advance) => void;
/** Is called with how far the downloads are, and with undefined when all have ended. */
type Waiting = (advance: Advance | undefined) => void;

/** What is known about one call of apt's programs, which fetches several files. */
interface Group {
  done: number;
  expected: number | undefined;
  item: string | undefined;
  ended: boolean;
}

/** All groups since the last moment at which nothing was downloaded. */
let groups: Group[] = [];
const waiting = new Set<Waiting>();

/**
 * Calls `tell` while `work` runs: with the bytes of all downloads of this process and the current file, and with
 * undefined when the downloads have ended. All downloads are reported, because several kernels may wait for the same
 * packages.
 */
export async function hearDownloads<T>(tell: Waiting, work: () => Promise<T>): Promise<T> {
  const one: Waiting = (advance) => tell(advance);
  waiting.add(one);
  try {
    return await work();
  } finally {
    waiting.delete(one);
  }
}

/** A file that is being downloaded. apt writes it to one of these paths. */
export interface DownloadedFile {
  readonly name: string;
  readonly paths: readonly string[];
}

/**
 * Looks at the sizes of files repeatedly while `work` downloads them, and calls `tell`. apt's own reports of its
 * progress (APT::Status-Fd) have percentages, but neither names nor bytes. `expected` is the size of all files in
 * bytes, if it is known. `files` is called each time, because apt decides the names of lists.
 */
export async function watchDownload<T>(
  files: () => Promise<readonly DownloadedFile[]>,
  expected: number | undefined,
  tell: Listener,
  work: () => Promise<T>,
): Promise<T> {
  const group: Group = { done: 0, expected, item: undefined, ended: false };
  groups.push(group);
  // apt moves a complete list away, so the largest size that was seen is used.
  const sizes = new Map<string, number>();
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    for (const { name, paths } of await files()) {
      const before = sizes.get(name) ?? 0;
      const size = Math.max(...(await Promise.all(paths.map(sizeOf))));
      if (size <= before) continue;
      sizes.set(name, size);
      group.done += size - before;
      group.item = name;
    }
    isLooking = false;
    if (group.ended || group.done === 0) return;
    tell(sumOf([group]));
    const all = sumOf(groups);
    for (const one of waiting) one(all);
  };
  const timer = setInterval(look, MILLISECONDS).unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    group.ended = true;
    group.done = expected ?? group.done;
    tell(sumOf([group]));
    if (groups.every(({ ended }) => ended)) {
      groups = [];
      for (const one of waiting) one(undefined);
    }
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

function sumOf(some: readonly Group[]): Advance {
  const isKnown = some.every(({ expected }) => expected !== undefined);
  const expected = some.reduce((sum, group) => sum + (group.expected ?? 0), 0);
  const done = some.reduce((sum, group) => sum + group.done, 0);
  const running = some.findLast(({ ended, item }) => !ended && item !== undefined);
  return { done, expected: isKnown ? expected : undefined, unit: 'bytes', item: running?.item };
}
