import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describePackaging } from '../../src/package/driver-description.ts';
import { hasPackaging, readDriverPackaging, readPackaging } from '../../src/package/packaging.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { run } from '../../src/system/process/run.ts';

// Bug: build took such a tree for one without debian/, and packed what init would write.
test('a debian/control that is a fifo is a packaging all the same', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    await mkdir(join(tree, 'debian'));
    expect(await hasPackaging(tree)).toBe(false);
    await run('mkfifo', [join(tree, 'debian/control')]);
    expect(await hasPackaging(tree)).toBe(true);
    // Bug: it was "missing", with the hint to make a debian/.
    const read = readPackaging(join(tree, 'debian'));
    await expect(read).rejects.toMatchObject({ code: 'special-file' });
  });
});

// Bug: "this is a bug in dkms-deb".
test('a debian that is a fifo is refused', async () => {
  await withTemporaryDirectory('test', async (tree) => {
    await run('mkfifo', [join(tree, 'debian')]);
    await expect(hasPackaging(tree)).rejects.toMatchObject({ code: 'special-file' });
  });
});

// Bug: bmdeb said that debian/ of v4l2loopback, whose -dkms package is the second one, has no copyright; and the second
// package got no NEWS.Debian, which debhelper installs.
test('debian/copyright and debian/NEWS are for all packages, other files without a package name for the first one', async () => {
  await withTemporaryDirectory('test', async (debian) => {
    const files = {
      control:
        'Source: v4l\nMaintainer: A <a@e.org>\n\nPackage: v4l-source\n\nPackage: v4l-dkms\nDescription: d\n',
      changelog:
        'v4l (1) unstable; urgency=low\n\n  * X.\n\n -- A <a@e.org>  Thu, 26 Nov 2026 00:00:00 +0000\n',
      copyright: 'of all\n',
      docs: 'README\n',
      NEWS: 'v4l (1) unstable; urgency=low\n',
      'v4l-dkms.dkms': 'PACKAGE_NAME=v4l\n',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(debian, name), text);
    const packaging = await readDriverPackaging(debian, () => Promise.reject(new Error('unasked')));
    expect(packaging?.packageName).toBe('v4l-dkms');
    expect(packaging?.file('docs')).toBeUndefined();
    expect(packaging?.file('NEWS')).toBe(join(debian, 'NEWS'));
    expect(packaging && (await describePackaging(packaging)).copyright).toBe('of all\n');
  });
});
