import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readDeb } from '../../../src/archive/deb-reader.ts';
import { type Compression, writeDeb } from '../../../src/archive/deb-writer.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { run } from '../../../src/system/process/run.ts';
import { EPOCH, temporaryDirectory } from '../../support/archive-fixtures.ts';
import { compiledArchive, runNode } from '../../support/compiled-archive.ts';
import { Random } from '../../support/random.ts';

const temporary = temporaryDirectory();
const { pack } = compiledArchive();
const CONTROL =
  'Package: example\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b>\nDescription: x\n';
/** xz -6 works in blocks of 24 MiB, xz -0 in blocks of 1 MiB. */
const MIB = 1024 * 1024;

/** A tree of about so many bytes: text-like, with matches near and far. */
function makeTree(name: string, size: number): string {
  const root = join(temporary, name);
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  writeFileSync(join(root, 'DEBIAN/control'), CONTROL);
  const random = new Random(size);
  const piece = Buffer.concat(
    Array.from({ length: 256 }, () => Buffer.alloc(1 + random.below(500), random.bytes(9))),
  );
  writeFileSync(join(root, 'data'), Buffer.alloc(size, piece));
  return root;
}

let small: string;
let middle: string;
let large: string;
beforeAll(() => {
  small = makeTree('small', 3000);
  middle = makeTree('middle', 5 * MIB + 77);
  large = makeTree('large', 60 * MIB);
});

async function dpkgDeb(root: string, { type, level }: Compression): Promise<string> {
  const target = join(temporary, `${Math.random()}.deb`);
  const args = ['--root-owner-group', `-Z${type}`, ...(level === undefined ? [] : [`-z${level}`])];
  const env = { SOURCE_DATE_EPOCH: String(EPOCH) };
  await run('dpkg-deb', [...args, '-b', root, target], { env });
  return target;
}

async function ours(root: string, compression: Compression): Promise<string> {
  const target = join(temporary, `${Math.random()}.deb`);
  const tree = await StagedTree.fromDirectory(root);
  const control = [{ name: 'control', bytes: Buffer.from(CONTROL), mode: 0o644 }];
  await writeDeb(target, { control, tree, timestamp: EPOCH, compression });
  return target;
}

function same(a: string, b: string): boolean {
  return readFileSync(a).equals(readFileSync(b));
}

describe('xz gives the bytes of dpkg-deb', () => {
  test.each([0, 1, 6, 9])('at level %i, for a small and a middling tree', async (level) => {
    for (const root of [small, middle]) {
      const compression = { type: 'xz', level } as const;
      expect(same(await ours(root, compression), await dpkgDeb(root, compression))).toBe(true);
    }
  });

  test('for three blocks of 24 MiB, with every CPU and with one', async () => {
    const theirs = await dpkgDeb(large, { type: 'xz' });
    expect(same(await ours(large, { type: 'xz' }), theirs)).toBe(true);
    const alone = join(temporary, 'alone.deb');
    await runNode([pack, large, alone, 'xz'], ['taskset', '-c', '0']);
    expect(same(alone, theirs)).toBe(true);
  });
});

// On one CPU dpkg-deb itself uses another zstd encoder and gives other bytes.
describe.skipIf(availableParallelism() < 2)('zstd gives the bytes of dpkg-deb', () => {
  test.each([undefined, 1, 3, 12, 19, 22])('at level %s', async (level) => {
    for (const root of [small, middle]) {
      const compression =
        level === undefined ? ({ type: 'zstd' } as const) : ({ type: 'zstd', level } as const);
      expect(same(await ours(root, compression), await dpkgDeb(root, compression))).toBe(true);
    }
  });

  test('with one CPU, too, unlike dpkg-deb', async () => {
    const alone = join(temporary, 'alone-zstd.deb');
    await runNode([pack, middle, alone, 'zstd'], ['taskset', '-c', '0']);
    expect(same(alone, await dpkgDeb(middle, { type: 'zstd' }))).toBe(true);
  });
});

describe('gzip gives the content of dpkg-deb, which uses zlib instead of the gzip program', () => {
  test.each([0, 1, 9])('at level %i', async (level) => {
    const compression = { type: 'gzip', level } as const;
    const [a, b] = [await ours(middle, compression), await dpkgDeb(middle, compression)];
    const [one, two] = [await readDeb(a), await readDeb(b)];
    expect(one.members.map(({ name }) => name)).toEqual(two.members.map(({ name }) => name));
    for (const tarfile of ['--ctrl-tarfile', '--fsys-tarfile']) {
      const sums = [a, b].map((deb) =>
        run('bash', ['-c', `dpkg-deb ${tarfile} "$1" | sha256sum`, 'bash', deb]),
      );
      const [left, right] = await Promise.all(sums);
      expect(left?.stdout).toBe(right?.stdout);
    }
  });

  test('without time and name (lintian: package-contains-timestamped-gzip)', async () => {
    const deb = await readDeb(await ours(small, { type: 'gzip' }));
    const data = deb.members[2];
    expect(data?.name).toBe('data.tar.gz');
    const header = readFileSync(deb.path).subarray(data?.offset, (data?.offset ?? 0) + 10);
    expect(header.toString('hex')).toBe('1f8b0800000000000203');
  });
});
