import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { plainMember, writeDeb } from '../../../src/archive/deb-writer.ts';
import { StagedTree } from '../../../src/archive/staged/staged-tree.ts';
import { describeModules } from '../../../src/package/modules/describe-modules.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const NAME = 'x-modules-6.1';
const TIME = 1_790_000_000;
const CONTROL = `Package: ${NAME}
Source: x
Version: 1.0+6.1
Architecture: amd64
Maintainer: A <a@example.org>
Description: drives x (modules for Linux 6.1)
 For the device x.
 .
 Modules for Linux 6.1.
`;
const entry = (version: string, text = 'First.') =>
  `x (${version}) unstable; urgency=medium\n\n  * ${text}\n\n -- A <a@example.org>  Mon, 21 Sep 2026 13:33:20 +0000\n`;

async function described(changelog: Buffer) {
  return withTemporaryDirectory('test', async (directory) => {
    const file = join(directory, 'x.deb');
    const tree = new StagedTree(TIME);
    tree.addFile(`usr/share/doc/${NAME}/changelog.Debian.gz`, { bytes: changelog });
    const control = [plainMember('control', CONTROL)];
    await writeDeb(file, { tree, control, timestamp: TIME, compression: { type: 'none' } });
    return describeModules(file, 'x');
  });
}

test('the description has the changelog of the driver, without the entry for the kernel', async () => {
  const { description } = await described(gzipSync(`${entry('1.0+6.1')}\n${entry('1.0')}`));
  expect(description).toMatchObject({
    synopsis: 'drives x',
    changelog: entry('1.0'),
    distributions: ['unstable'],
  });
});

test.each([
  ['is not gzip', Buffer.from('text')],
  ['has 17 MiB', gzipSync(entry('1.0', 'x'.repeat(17 * 1024 * 1024)))],
])('a changelog that %s is an error of the package', async (_, bytes) => {
  await expect(described(bytes)).rejects.toMatchObject({
    code: 'damaged',
    where: { file: expect.stringMatching(/x\.deb$/) },
  });
});
