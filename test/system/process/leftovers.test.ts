import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { writeWhole } from '../../../src/system/files/output.ts';
import { removeLeftovers, withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { ownerMark } from '../../../src/system/process/leftovers.ts';
import { run } from '../../../src/system/process/run.ts';

const [pid = '', began = '', host = ''] = ownerMark().split('.');
const otherHost = host === '00000000' ? '00000001' : '00000000';

/** Returns the mark of a process that has ended, without the host part. */
async function deadProcess(): Promise<string> {
  return `${(await run('bash', ['-c', 'echo $$'])).stdout.trim()}.${began}`;
}

/** Returns the mark of another process, as ownerMark writes it. */
async function markOf(other: number): Promise<string> {
  const stat = await readFile(`/proc/${other}/stat`, 'utf8');
  const ticks = stat.replace(/^.*\) /s, '').split(' ')[19];
  return `${other}.${Number(ticks).toString(36)}`;
}

test('only files of dead processes are removed', async () => {
  const dead = await deadProcess();
  await withTemporaryDirectory('test', async (directory) => {
    const outside = join(directory, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'kept'), '');
    const shared = join(directory, 'shared');
    await mkdir(shared);
    const gone = [
      // This process's pid, used by an earlier process.
      `dkms-deb-conf-${pid}.1.${host}-AbC122`,
      `dkms-deb-conf-${dead}.${host}-AbC123`,
      `dkms-deb-a-b-${dead}.${host}-AbC124`,
      `.dkms-deb-${dead}.${host}-AbC125`,
      `.debian-${dead}.${host}-AbC126`,
      `.new-${dead}.${host}-AbC127`,
    ];
    for (const name of gone) {
      // A build may leave a link that leads out, and a read-only directory.
      await mkdir(join(shared, name, 'a'), { recursive: true });
      await symlink(outside, join(shared, name, 'a/link'));
      await chmod(join(shared, name, 'a'), 0o500);
    }
    await writeFile(join(shared, `.x_1_all.deb.${dead}.${host}.tmp`), '');
    const kept = [
      `dkms-deb-conf-${ownerMark()}-AbC123`,
      // A living process of any user.
      `dkms-deb-conf-${await markOf(1)}.${host}-AbC123`,
      `dkms-deb-conf-${dead}.${otherHost}-AbC123`,
      `dkms-deb-conf-AbC123`,
      `.x_1_all.deb.${ownerMark()}.tmp`,
      `.x_1_all.deb.${dead}.${otherHost}.tmp`,
      `.x_1_all.deb.${dead}.tmp`,
      `x_1_all.deb.${dead}.${host}.tmp`,
      `.${dead}.${host}.tmp`,
    ];
    for (const name of kept) await writeFile(join(shared, name), '');
    if (process.getuid?.() === 0) {
      const others = `dkms-deb-conf-${dead}.${host}-OtherU`;
      await mkdir(join(shared, others));
      await chown(join(shared, others), 65534, 65534);
      kept.push(others);
    }
    await removeLeftovers(shared);
    expect((await readdir(shared)).sort()).toEqual(kept.sort());
    expect(await readdir(outside)).toEqual(['kept']);
  });
});

test('files of a zombie are removed', async () => {
  // The child ends when the pipe closes: then its parent is already sleep, which never waits for a child.
  const parent = spawn('sh', ['-c', 'cat <&3 >/dev/null & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  try {
    const [line] = await once(parent.stdout ?? parent, 'data');
    const zombie = Number(String(line));
    const parentName = () => readFile(`/proc/${parent.pid}/comm`, 'utf8');
    while ((await parentName()) !== 'sleep\n') await sleep(5);
    (parent.stdio[3] as Writable | undefined)?.end();
    const state = async () => (await readFile(`/proc/${zombie}/stat`, 'utf8')).split(') ')[1]?.[0];
    while ((await state()) !== 'Z') await sleep(5);
    await withTemporaryDirectory('test', async (directory) => {
      await mkdir(join(directory, `dkms-deb-bmdeb-${await markOf(zombie)}.${host}-AbC123`));
      await mkdir(
        join(directory, `dkms-deb-bmdeb-${await markOf(parent.pid ?? 0)}.${host}-AbC123`),
      );
      await removeLeftovers(directory);
      expect(await readdir(directory)).toEqual([expect.stringContaining(`-${parent.pid}.`)]);
    });
  } finally {
    parent.kill('SIGKILL');
  }
});

test('a link with such a name is removed, its target is kept', async () => {
  const dead = await deadProcess();
  await withTemporaryDirectory('test', async (directory) => {
    const [shared, outside] = [join(directory, 'shared'), join(directory, 'outside')];
    await mkdir(shared);
    await mkdir(outside);
    await writeFile(join(outside, 'kept'), '');
    await symlink(outside, join(shared, `dkms-deb-bmdeb-${dead}.${host}-AbC123`));
    await removeLeftovers(shared);
    expect(await readdir(shared)).toEqual([]);
    expect(await readdir(outside)).toEqual(['kept']);
  });
});

test('writing a file removes the leftovers beside it', async () => {
  const dead = await deadProcess();
  await withTemporaryDirectory('test', async (directory) => {
    await writeFile(join(directory, `.old_1_all.deb.${dead}.${host}.tmp`), '');
    await writeWhole(join(directory, 'new'), (temporary) => writeFile(temporary, ''));
    expect(await readdir(directory)).toEqual(['new']);
  });
});

test('a missing directory has no leftovers', async () => {
  await expect(removeLeftovers('/nonexistent')).resolves.toBeUndefined();
});
