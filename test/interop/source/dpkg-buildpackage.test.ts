import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentReporter } from '../../../src/report/reporter.ts';
import { buildWithDpkg } from '../../../src/source/dpkg-buildpackage.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

// Bug: "cannot find out which build dependencies of debian/control are missing", although none was.
test('an installed package that Build-Conflicts names is told', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    const tree = join(directory, 'tree');
    await mkdir(join(tree, 'debian'), { recursive: true });
    const source = 'Source: x\nMaintainer: A <a@b.c>\nBuild-Conflicts: dpkg\n';
    const binary = 'Package: x\nArchitecture: all\nDescription: x\n';
    await writeFile(join(tree, 'debian/control'), `${source}\n${binary}`);
    const built = buildWithDpkg({ tree, type: 'binary', reporter: silentReporter });
    await expect(built).rejects.toMatchObject({
      code: 'build-dependencies',
      message: 'installed packages conflict with the build: dpkg',
    });
  });
});
