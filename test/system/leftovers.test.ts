import { chmod, chown, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeLeftovers, withTemporaryDirectory } from '../../src/system/cleanup.ts';
import { ownerMark } from '../../src/system/leftovers.ts';
import { writeWhole } from '../../src/system/output.ts';
import { run } from '../../src/system/run.ts';

const [, host = ''] = ownerMark().split('.');
const otherHost = host === '00000000' ? '00000001' : '00000000';

/** The number of a process that has ended. */
async function deadProcess(): Promise<number> {
  return Number((await run('bash', ['-c', 'echo $$'])).stdout);
}

test('what dead processes left goes, and nothing else', async () => {
  const dead = await deadProcess();
  await withTemporaryDirectory('test', async (directory) => {
    const outside = join(directory, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'kept'), '');
    const shared = join(directory, 'shared');
    await mkdir(shared);
    const gone = [
      `dkms-deb-conf-${dead}.${host}-AbC123`,
      `dkms-deb-a-b-${dead}.${host}-AbC124`,
      `.dkms-deb-${dead}.${host}-AbC125`,
      `.debian-${dead}.${host}-AbC126`,
      `.new-${dead}.${host}-AbC127`,
    ];
    for (const name of gone) {
      // As a build may leave it: a link that leads out, a directory that may not be written.
      await mkdir(join(shared, name, 'a'), { recursive: true });
      await symlink(outside, join(shared, name, 'a/link'));
      await chmod(join(shared, name, 'a'), 0o500);
    }
    await writeFile(join(shared, `.x_1_all.deb.${dead}.${host}.tmp`), '');
    const kept = [
      `dkms-deb-conf-${process.pid}.${host}-AbC123`,
      // Another process of any user that lives.
      `dkms-deb-conf-1.${host}-AbC123`,
      `dkms-deb-conf-${dead}.${otherHost}-AbC123`,
      `dkms-deb-conf-AbC123`,
      `.x_1_all.deb.${process.pid}.${host}.tmp`,
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

test('the first file that is written beside them removes them', async () => {
  const dead = await deadProcess();
  await withTemporaryDirectory('test', async (directory) => {
    await writeFile(join(directory, `.old_1_all.deb.${dead}.${host}.tmp`), '');
    await writeWhole(join(directory, 'new'), (temporary) => writeFile(temporary, ''));
    expect(await readdir(directory)).toEqual(['new']);
  });
});

test('a directory that is not there is none of its business', async () => {
  await expect(removeLeftovers('/nonexistent')).resolves.toBeUndefined();
});
