import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nothingBuilds } from '../../../src/driver/derive/nothing-builds.ts';
import { packagedTemplateHint } from '../../../src/driver/derive/packaged-template.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

// Bug: for xtables-addons of Debian the hint was to write a dkms.conf.
test('a template of debian/ is named in the hint of a tree without dkms.conf', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    expect(packagedTemplateHint(tree)).toBeUndefined();
    await mkdir(join(tree, 'debian'));
    for (const name of ['control.in', 'foo-dkms.dkms.orig']) {
      await writeFile(join(tree, 'debian', name), '');
    }
    expect(packagedTemplateHint(tree)).toBeUndefined();
    await writeFile(join(tree, 'debian/foo-dkms.dkms.in'), '');
    const hint =
      'Name the template from which debian/rules makes dkms.conf: --conf debian/foo-dkms.dkms.in (init, bmdeb, info).';
    expect(nothingBuilds(tree, [], []).hint).toBe(hint);
  });
});
