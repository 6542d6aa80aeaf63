import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { referenceKernel } from '../../../src/kernel/reference-kernel.ts';
import { stageDkmsPackage } from '../../../src/package/dkms/dkms-package.ts';
import type { StagedPackage } from '../../../src/package/staged-package.ts';
import { silentReporter } from '../../../src/report/reporter.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const CONTROL = `Source: hello
Section: kernel
Priority: optional
Maintainer: A B <a@b.org>

Package: hello-dkms
Architecture: all
Depends: \${misc:Depends}
Description: greets
 Long.
`;
const CHANGELOG =
  'hello (1.0) unstable; urgency=medium\n\n  * First.\n\n -- A B <a@b.org>  Sat, 21 Nov 2026 00:00:00 +0000\n';
const CONF =
  'PACKAGE_NAME="hello"\nPACKAGE_VERSION="1.0"\nBUILT_MODULE_NAME[0]="hello"\nDEST_MODULE_LOCATION[0]="/updates"\nAUTOINSTALL="yes"\n';

const paths = (staged: StagedPackage) =>
  staged.tree
    .entries()
    .filter((entry) => entry.type !== 'directory')
    .map((entry) => entry.path);

test('a list in a debian/ outside of the tree names files of that debian/', async () => {
  await withTemporaryDirectory('test', async (scratch) => {
    const files: Record<string, string> = {
      'tree/hello.c': 'int x;\n',
      'tree/Kbuild': 'obj-m := hello.o\n',
      'made/debian/control': CONTROL,
      'made/debian/changelog': CHANGELOG,
      'made/debian/copyright': 'nobody\n',
      'made/debian/hello-dkms.dkms': CONF,
      'made/debian/hello.metainfo.xml': '<component/>\n',
      'made/debian/hello.8': '.TH HELLO 8\n',
      'made/debian/hello-dkms.manpages': 'debian/hello.8\n',
      'made/debian/hello-dkms.install':
        'hello.c Kbuild usr/src/hello-1.0/\ndebian/*.metainfo.xml usr/share/metainfo/\n',
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(scratch, name, '..'), { recursive: true });
      await writeFile(join(scratch, name), text);
    }
    const tree = join(scratch, 'tree');
    const stageMade = async () =>
      paths(
        await stageDkmsPackage(
          tree,
          join(scratch, 'made/debian'),
          referenceKernel(),
          silentReporter,
        ),
      );
    const expected = [
      'usr/share/doc/hello-dkms/changelog.gz',
      'usr/share/doc/hello-dkms/copyright',
      'usr/share/man/man8/hello.8.gz',
      'usr/share/metainfo/hello.metainfo.xml',
      'usr/src/hello-1.0/Kbuild',
      'usr/src/hello-1.0/dkms.conf',
      'usr/src/hello-1.0/hello.c',
    ];
    expect(await stageMade()).toEqual(expected);
    // The tree's debian/ is a link, or has no control file.
    await symlink('../made/debian', join(tree, 'debian'));
    expect(await stageMade()).toEqual(expected);
  });
});
