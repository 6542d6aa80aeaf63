import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeDeb } from '../../../src/archive/deb-writer.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { signPackage } from '../../../src/package/sign/sign-package.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const CONTROL =
  'Package: xy\nVersion: 1\nArchitecture: amd64\nMaintainer: A <a@b.c>\nDescription: x\n';

test('a build record that is a link stays one: what it leads to is not written', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const outside = join(directory, 'outside.json');
    await writeFile(outside, '{"modules":[]}');
    const tree = new StagedTree(0);
    tree.addSymlink('usr/share/xy/build.json', outside);
    const control = [{ name: 'control', bytes: Buffer.from(CONTROL), mode: 0o644 }];
    const file = join(directory, 'x.deb');
    await writeDeb(file, { control, tree, timestamp: 0 });
    await signPackage(file, join(directory, 'signed.deb'), async () => Buffer.alloc(0));
    expect(await readFile(outside, 'utf8')).toBe('{"modules":[]}');
  });
});
