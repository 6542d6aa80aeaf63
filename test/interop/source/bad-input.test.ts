import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { asRoot } from '../../support/as-root.ts';
import {
  failedBuild,
  names,
  packagedTree,
  runBuild,
  stateOf,
} from '../../support/source-packages.ts';

test('for an invalid version the error has file and line, and nothing is written', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    const file = join(tree, 'debian/changelog');
    const good = await readFile(file, 'utf8');
    await writeFile(file, good.replace('(1.0)', '(1.0_2)'));
    const version = await failedBuild(tree, join(parent, 'out'), { source: true });
    expect(version).toMatchObject({ code: 'changelog-syntax', where: { file, line: 1 } });
    expect(names(parent)).toEqual(['hello']);
  });
});

test('a trailer that cannot be parsed is a warning with file and line, as in dpkg', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    const file = join(tree, 'debian/changelog');
    const good = await readFile(file, 'utf8');
    await writeFile(file, good.replace(/^ -- .*$/m, ' -- Ada Example  yesterday'));
    for (const options of [{ source: true }, { full: true }, {}, { source: true, suffix: '~a' }]) {
      const { warnings } = await runBuild(tree, join(parent, 'out'), options);
      expect(warnings.join('\n')).toMatch(/changelog(?:\(l|:)\d+.*badly formatted trailer/);
    }
  });
});

test('if debian/control names another source, the error has the message of dpkg-source about the tree', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    await run('sed', ['-i', 's/^Source: .*/Source: goodbye/', 'debian/control'], { cwd: tree });
    const error = await failedBuild(tree, join(parent, 'out'), { source: true });
    expect(error).toMatchObject({ code: 'source-package', exitStatus: 1 });
    expect(error.output.join('\n')).toContain('goodbye');
    expect(names(join(parent, 'out'))).toEqual([]);
  });
});

test('a full disk leaves no files, in whatever step it happens', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent, { version: '1.0-1', quilt: true });
    // Does not compress: 300 KiB in the orig tarball, and again in the .deb.
    const noise = ['if=/dev/urandom', `of=${tree}/firmware.bin`, 'bs=1024', 'count=300'];
    await run('dd', noise);
    await run('sh', ['-c', 'echo "firmware.bin usr/src/hello-1.0/" >> debian/hello-dkms.install'], {
      cwd: tree,
    });
    const output = join(parent, 'small');
    await mkdir(output);
    for (const [size, options] of [
      ['128k', { source: true }],
      ['128k', {}],
      ['500k', { full: true }],
    ] as const) {
      await asRoot(['mount', '-t', 'tmpfs', '-o', `size=${size}`, 'dkms-deb-test', output]);
      try {
        const error = await failedBuild(tree, output, options);
        expect(error).toMatchObject({ code: 'disk-full', exitStatus: 1 });
        expect(error.hint).toContain('-o DIR');
        expect(names(output)).toEqual([]);
      } finally {
        await asRoot(['umount', output]);
      }
    }
  });
});

test('if a directory has the name of a result, the files from before are restored', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    const output = join(parent, 'out');
    await mkdir(join(output, 'hello_1.0_source.changes/x'), { recursive: true });
    await writeFile(join(output, 'hello_1.0.dsc'), 'of yesterday');
    const before = await stateOf(output);
    const error = await failedBuild(tree, output, { source: true });
    expect(error).toMatchObject({ code: 'cannot-write', exitStatus: 1 });
    expect(names(output)).toEqual(['hello_1.0.dsc', 'hello_1.0_source.changes']);
    expect(await readFile(join(output, 'hello_1.0.dsc'), 'utf8')).toBe('of yesterday');
    expect((await stateOf(output)).split('\n').length).toBe(before.split('\n').length);
    await rm(join(output, 'hello_1.0_source.changes'), { recursive: true });
    await runBuild(tree, output, { source: true });
  });
});

test('--compression applies to the .deb', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await packagedTree('hello', parent);
    for (const [compression, suffix] of [
      ['xz:9', '.xz'],
      ['gzip', '.gz'],
      ['zstd:19', '.zst'],
      ['none', ''],
    ] as const) {
      const output = join(parent, compression);
      await runBuild(tree, output, { compression });
      const { stdout } = await run('ar', ['t', join(output, 'hello-dkms_1.0_all.deb')]);
      expect(stdout).toBe(`debian-binary\ncontrol.tar${suffix}\ndata.tar${suffix}\n`);
      await run('dscverify', ['--nosigcheck', join(output, 'hello_1.0_amd64.changes')]);
    }
  });
});
