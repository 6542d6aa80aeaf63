import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Compression, type ControlMember, writeDeb } from '../../../src/archive/deb-writer.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { run } from '../../../src/system/process/run.ts';
import { makeRandomTree } from '../../support/random-tree.ts';

/** How many trees; DKMS_DEB_TREES=5000 for a long look, DKMS_DEB_SEED=N for one tree again. */
const TREES = Number(process.env.DKMS_DEB_TREES ?? 240);
const ONLY = process.env.DKMS_DEB_SEED;
const GROUPS = 8;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dkms-deb-test-bytes-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Mostly uncompressed, because the tar is what differs from tree to tree. */
function compressionOf(seed: number): Compression {
  if (seed % 10 === 0) return { type: 'xz' };
  if (seed % 10 === 5) return seed % 20 === 5 ? { type: 'zstd' } : { type: 'xz', level: 1 };
  return { type: 'none' };
}

function controlOf(tree: string): ControlMember[] {
  return readdirSync(`${tree}/DEBIAN`).map((name) => ({
    name,
    bytes: readFileSync(`${tree}/DEBIAN/${name}`),
    mode: lstatSync(`${tree}/DEBIAN/${name}`).mode & 0o7777,
  }));
}

async function compare(seed: number): Promise<void> {
  const root = join(directory, `tree-${seed}`);
  const { timestamp } = makeRandomTree(root, seed);
  const { type, level } = compressionOf(seed);
  const [ours, theirs] = [`${root}.ours.deb`, `${root}.theirs.deb`];
  const args = ['--root-owner-group', `-Z${type}`, ...(level === undefined ? [] : [`-z${level}`])];
  await run('dpkg-deb', [...args, '-b', root, theirs], {
    env: { SOURCE_DATE_EPOCH: String(timestamp) },
  });
  const tree = await StagedTree.fromDirectory(root);
  const compression = level === undefined ? { type } : { type, level };
  await writeDeb(ours, { control: controlOf(root), tree, timestamp, compression });
  if (!readFileSync(ours).equals(readFileSync(theirs))) {
    expect.fail(`seed ${seed}: cmp ${ours} ${theirs} (DKMS_DEB_SEED=${seed} repeats it)`);
  }
  await Promise.all([ours, theirs, root].map((path) => rm(path, { recursive: true })));
}

describe.concurrent('a .deb has the bytes of dpkg-deb', () => {
  for (let group = 0; group < GROUPS; group++) {
    it(`for random trees, group ${group + 1} of ${GROUPS}`, async () => {
      for (let seed = group; seed < TREES; seed += GROUPS) {
        if (ONLY === undefined || Number(ONLY) === seed) await compare(seed);
      }
    });
  }
});
