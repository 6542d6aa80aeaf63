import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hintFor } from '../../../src/pipelines/build/check-for-dkms.ts';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';

const missing = (message: string) => ({ code: 'incomplete-source', message });

// Bug: an empty submodule that has nothing to do with it was named (CTU-CAN-FD).
test('files that a debian/ by other hands does not install are named, if the tree has them', async () => {
  await withTemporaryDirectory('test', async (directory) => {
    await mkdir(join(directory, 'driver'));
    for (const name of ['a.c', 'a_regs.h', 'a_frame.h']) {
      await writeFile(join(directory, 'driver', name), 'int x;\n');
    }
    const message =
      'usr/src/a-1 cannot be compiled: a.c:1 includes a_regs.h, which is missing, a.c:2 includes a_frame.h, which is missing';
    expect(await hintFor(missing(message), directory)).toBe(
      'Install driver/a_frame.h, driver/a_regs.h as well: see debian/rules and debian/*.install.',
    );
    expect(
      await hintFor(missing('usr/src/a-1 cannot be compiled: Makefile is missing'), directory),
    ).toBe('Install the missing files: see debian/rules and debian/*.install.');
  });
});
