import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentReporter } from '../../../src/report/reporter.ts';
import { applyPatches } from '../../../src/source/dpkg-source.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { quiltTree, writeOrig } from '../../support/quilt-tree.ts';
import { failedBuild, names } from '../../support/source-packages.ts';

test('a version that does not fit the format is an error with its line', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await quiltTree(parent, '1.0');
    const where = { file: join(tree, 'debian/changelog'), line: 1 };
    const quilt = await failedBuild(tree, join(parent, 'out'), { source: true });
    expect(quilt).toMatchObject({ code: 'quilt-without-revision', exitStatus: 1, where });
    await writeFile(join(tree, 'debian/source/format'), '3.0 (native)\n');
    await run('sed', ['-i', 's/(1.0)/(1.0-2)/', 'debian/changelog'], { cwd: tree });
    const native = await failedBuild(tree, join(parent, 'out'), { full: true });
    expect(native).toMatchObject({ code: 'native-revision', exitStatus: 1, where });
    await rm(join(tree, 'debian/source/format'));
    const old = await failedBuild(tree, join(parent, 'out'), { source: true });
    expect(old).toMatchObject({ code: 'source-format', exitStatus: 1 });
    expect(names(parent)).toEqual(['hello']);
  });
});

test('for upstream changes that are not in the orig tarball the error has the message of dpkg-source, and no file is written', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await quiltTree(parent);
    await writeOrig(tree, join(parent, 'hello_1.0.orig.tar.gz'), '-z');
    await appendFile(join(tree, 'hello.c'), '/* more */\n');
    const output = join(parent, 'out');
    const error = await failedBuild(tree, output, { full: true });
    expect(error).toMatchObject({ code: 'source-package', exitStatus: 1 });
    expect(error.output.join('\n')).toContain('local changes detected');
    expect(error.output.join('\n')).toContain('hello/hello.c');
    expect(error.hint).toContain('dpkg-source --commit');
    expect(names(output)).toEqual([]);
  });
});

test('bug: a patch that does not apply was told as a source package that cannot be made', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await quiltTree(parent);
    const patches = join(tree, 'debian/patches');
    await mkdir(patches);
    const patchOf = (line: string) => `--- a/added\n+++ b/added\n@@ -1 +1,2 @@\n ${line}\n+two\n`;
    await writeFile(join(patches, 'first'), '--- /dev/null\n+++ b/added\n@@ -0,0 +1 @@\n+one\n');
    await writeFile(join(patches, 'second'), patchOf('another'));
    await writeFile(join(patches, 'series'), 'first\nsecond\n');
    const applied = applyPatches(tree, { timestamp: 0, reporter: silentReporter });
    await expect(applied).rejects.toMatchObject({
      code: 'source-package',
      message: 'dpkg-source cannot apply debian/patches',
      hint: 'Correct the patch that dpkg-source names, or remove it from the series.',
    });
  });
});

test('an orig tarball that is not a tarball, and two that differ, are refused', async () => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await quiltTree(parent);
    const orig = join(parent, 'hello_1.0.orig.tar.gz');
    await writeFile(orig, 'this is no tarball\n');
    const output = join(parent, 'out');
    const error = await failedBuild(tree, output, { source: true });
    expect(error).toMatchObject({ code: 'source-package', exitStatus: 1 });
    expect(error.output.join('\n')).toContain('not in gzip format');
    expect(error.hint).toContain('.orig.tar');
    expect(names(output)).toEqual([]);

    await writeFile(join(output, 'hello_1.0.orig.tar.gz'), 'another\n');
    const differs = await failedBuild(tree, output, { source: true });
    expect(differs).toMatchObject({ code: 'orig-differs', exitStatus: 1 });
    expect(names(output)).toEqual(['hello_1.0.orig.tar.gz']);
  });
});
