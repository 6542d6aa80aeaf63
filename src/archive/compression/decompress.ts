import { createReadStream } from 'node:fs';
import { ArchiveError } from '../../errors.ts';
import { showPath } from '../bytes/path-bytes.ts';
import type { LocatedMember } from './ar-reader.ts';
import { checkOneStream } from './compressed-stream.ts';
import { FilterProcess } from './filter-process.ts';

const PIECE = 256 * 1024;
/**
 * A member may unpack to ALWAYS_ALLOWED bytes, and in addition to this number of times its packed size. Packages unpack
 * to about 3 times their size, zeros compressed with xz to 7000 times. A number over 1000 means that somebody made the
 * archive to fill the disk.
 */
const MOST_GROWTH = 1000;
const ALWAYS_ALLOWED = 256 * 1024 ** 2;

/**
 * The program that decompresses a member, by the member's extension (deb(5)). xz gets a memory limit, because a hostile
 * file could make xz use much memory.
 */
const PROGRAMS: Readonly<Record<string, readonly [program: string, ...args: string[]]>> = {
  '.xz': ['xz', '-dc', '--format=xz', '--memlimit-decompress=1GiB'],
  '.lzma': ['xz', '-dc', '--format=lzma', '--memlimit-decompress=1GiB'],
  '.gz': ['gzip', '-dc'],
  '.zst': ['zstd', '-dcq'],
  '.bz2': ['bzip2', '-dc'],
};

/**
 * Yields the decompressed bytes of a member's tar archive in pieces. Throws ArchiveError
 * `compression` for an unknown extension, `damaged` if the member cannot be decompressed or for the
 * reasons of checkOneStream, and `too-large` if it unpacks to too many bytes. Also throws SystemError
 * `tool-missing` or `tool-not-started`.
 */
export async function* decompressMember(
  path: string,
  member: LocatedMember,
): AsyncGenerator<Buffer, void, undefined> {
  if (member.size === 0) return;
  // The file is opened only when it is read, because only the reader of the stream handles its errors.
  const open = () =>
    createReadStream(path, {
      start: member.offset,
      end: member.offset + member.size - 1,
      highWaterMark: PIECE,
    });
  const extension = /^[^.]*\.tar(.*)$/.exec(member.name)?.[1] ?? '';
  if (extension === '') {
    yield* open();
    return;
  }
  const command = PROGRAMS[extension];
  if (command === undefined) {
    throw new ArchiveError('compression', `${showPath(member.name)} has an unknown compression`, {
      hint: 'Use .gz, .xz, .zst, .bz2 or .lzma (deb(5)).',
      where: { file: path },
    });
  }
  await checkOneStream(path, member, extension);
  const [program, ...args] = command;
  const filter = new FilterProcess(program, args, 'pipe');
  const compressed = open();
  const feeding = feed(filter, compressed);
  try {
    let left = ALWAYS_ALLOWED + MOST_GROWTH * member.size;
    for await (const piece of filter.child.stdout ?? []) {
      left -= (piece as Buffer).length;
      if (left < 0) throw tooLarge(path, member);
      yield piece as Buffer;
    }
    await feeding;
    await filter.succeeded('damaged', 'Fetch or build the package again.');
  } finally {
    // This block also runs if the caller stops reading early, so that no process is left behind.
    filter.kill();
    compressed.destroy();
    await Promise.allSettled([feeding, filter.ended()]);
  }
}

function tooLarge(path: string, { name, size }: LocatedMember): ArchiveError {
  return new ArchiveError(
    'too-large',
    `${showPath(name)} has ${size} bytes and unpacks to more than ${MOST_GROWTH} times as many`,
    { hint: 'Fetch the package again from a place that you trust.', where: { file: path } },
  );
}

async function feed(filter: FilterProcess, compressed: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const piece of compressed) if (!(await filter.write(piece))) break;
  } finally {
    filter.endInput();
  }
}
