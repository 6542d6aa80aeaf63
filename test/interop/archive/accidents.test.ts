import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDeb } from '../../../src/archive/deb-reader.ts';
import { writeDeb } from '../../../src/archive/deb-writer.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { run } from '../../../src/system/process/run.ts';
import { controlFiles, EPOCH, temporaryDirectory } from '../../support/archive-fixtures.ts';
import { compiledArchive, runNode } from '../../support/compiled-archive.ts';
import { until } from '../../support/until.ts';

const temporary = temporaryDirectory();
const { pack } = compiledArchive();

/** A tree with one file of zeros that takes no room on the disk. */
function sparseTree(name: string, size: number): string {
  const root = join(temporary, name);
  mkdirSync(root);
  writeFileSync(join(root, 'zeros'), '');
  truncateSync(join(root, 'zeros'), size);
  return root;
}

describe('kill -9 in the middle', () => {
  test.each(['none', 'xz'])('does not change the older package (%s)', async (type) => {
    const root = sparseTree(`killed-${type}`, 8 * 1024 ** 3);
    const directory = join(temporary, `killed-to-${type}`);
    mkdirSync(directory);
    const target = join(directory, 'x.deb');
    writeFileSync(target, 'older');
    const child = execFile(process.execPath, [pack, root, target, type]);
    const ended = new Promise((resolve) => child.once('close', resolve));
    // Until data.tar is being written: the control member is there and more is coming.
    const half = () => readdirSync(directory).find((name) => name.startsWith('.x.deb.'));
    await until(() => {
      const found = half();
      return found !== undefined && statSync(join(directory, found)).size > 300 ? found : undefined;
    });
    child.kill('SIGKILL');
    await ended;
    expect(half()).toBeDefined();
    expect(readFileSync(target, 'utf8')).toBe('older');
    const tree = new StagedTree(EPOCH);
    await writeDeb(target, { control: controlFiles(), tree, timestamp: EPOCH });
    expect((await (await readDeb(target)).entries()).length).toBe(1);
  });
});

/** Packs on a file system of 2 MiB that nobody else sees; then lists what is there. */
const SMALL_DISK = `mount -t tmpfs -o size=2m tmpfs "$1" || exit 77
shift; node=$1; pack=$2; tree=$3; to=$4; type=$5
"$node" "$pack" "$tree" "$to/x.deb" "$type" 1; ls -A "$to"`;

describe('a full disk', () => {
  test.for(['none', 'gzip', 'xz', 'zstd'])('leaves nothing behind (%s)', async (type, { skip }) => {
    const root = join(temporary, `random-${type}`);
    const to = join(temporary, `full-${type}`);
    mkdirSync(root);
    mkdirSync(to);
    writeFileSync(join(root, 'random'), randomBytes(4_000_000));
    const inside = ['sh', '-c', SMALL_DISK, 'sh', to, process.execPath, pack, root, to, type];
    const { exitStatus, stdout } = await run('unshare', ['--map-root-user', '--mount', ...inside], {
      accept: [0, 1, 77],
    });
    if (exitStatus !== 0) skip('no file system may be mounted here');
    expect(stdout).toBe('packing\ndisk-full\n');
  });
});

test('packing 1 GiB needs less than 150 MB of memory', async () => {
  const root = sparseTree('memory', 1024 ** 3);
  const { stdout } = await runNode([pack, root, join(temporary, 'memory.deb'), 'zstd', '1']);
  const kibibytes = Number(stdout.trim().split('\n').at(-1));
  expect(kibibytes).toBeGreaterThan(10_000);
  expect(kibibytes).toBeLessThan(150_000);
});
