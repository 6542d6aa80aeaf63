import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { letDebhelperBuild } from '../../src/package/let-debhelper-build.ts';
import { sha256 } from '../../src/system/files/sha256.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';

test('init is named only if it will change debian/rules', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    const debian = join(tree, 'debian');
    const write = (name: string, text: string) => writeFile(join(debian, name), text);
    await mkdir(debian);
    const byInit = `dkms-deb init --rules dh ${tree}`;
    const byHand = 'call `dh $@` in debian/rules';
    expect(await letDebhelperBuild(debian)).toContain(byHand);
    await write('rules', 'x\n');
    expect(await letDebhelperBuild(debian)).toContain(byHand);
    await write('.dkms-deb.json', JSON.stringify({ files: { rules: sha256('x\n') } }));
    expect(await letDebhelperBuild(debian)).toContain(byInit);
    await write('rules', 'x # mine\n');
    expect(await letDebhelperBuild(debian)).toContain(byHand);
    await rm(join(debian, 'rules'));
    expect(await letDebhelperBuild(debian)).toContain(byInit);
  });
});
