import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { listing } from './stage.ts';

const buildinfo = (packages: string, environment = ' A="b"') =>
  `Format: 1.0\nBuild-Date: ${packages.length}\nInstalled-Build-Depends:\n${packages}Environment:\n${environment}\n`;

test('bug: two builds differed if a package was installed between them', async () => {
  await withTemporaryDirectory('stage', async (directory) => {
    const of = async (text: string) => {
      await writeFile(join(directory, 'foo_1.0_amd64.buildinfo'), text);
      return [...(await listing(directory)).values()];
    };
    const first = await of(buildinfo(' bash (= 5.2-1),\n'));
    expect(await of(buildinfo(' bash (= 5.2-1),\n cmake (= 4-1),\n'))).toEqual(first);
    expect(await of(buildinfo(' bash (= 5.2-1),\n', ' A="c"'))).not.toEqual(first);
    expect(await of(buildinfo(' bash (= 5.2-1),\n').slice(0, 70))).not.toEqual(first);
  });
});
