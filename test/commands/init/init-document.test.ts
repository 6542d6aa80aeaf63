import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { init } from '../../../src/commands/init/init.ts';
import { painter } from '../../../src/report/paint.ts';
import { silentReporter } from '../../../src/report/reporter.ts';

const CONF = `PACKAGE_NAME="foo"
PACKAGE_VERSION="1.0"
BUILT_MODULE_NAME[0]="foo"
DEST_MODULE_LOCATION[0]="/updates"
`;

/** Runs init; returns the paths that it printed, and the files of its document. */
async function runInit(directory: string, rpm: boolean) {
  const printed: string[] = [];
  const { document } = await init(
    { directory, rpm, force: false, dryRun: false },
    {
      declarations: async () => [],
      paint: painter(false),
      json: false,
      print: (line) => printed.push(line),
      reporter: silentReporter,
    },
  );
  const { files } = document as { files: { path: string; action: string }[] };
  return { printed, files };
}

test('the document has each printed path, also of the files in which init remembers', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'init-document-'));
  try {
    const tree = join(parent, 'foo');
    await mkdir(tree);
    await writeFile(join(tree, 'dkms.conf'), CONF);
    await writeFile(join(tree, 'Makefile'), 'obj-m := foo.o\n');
    await writeFile(join(tree, 'foo.c'), '// SPDX-License-Identifier: GPL-2.0-only\nint x;\n');
    const first = await runInit(tree, true);
    expect(first.printed).toEqual(first.files.map(({ path }) => path));
    expect(first.printed).toContain('debian/.dkms-deb.json');
    expect(first.printed).toContain('rpm/.dkms-deb.json');
    expect(new Set(first.files.map(({ action }) => action))).toEqual(new Set(['create']));

    await writeFile(join(tree, 'dkms.conf'), CONF.replace('1.0', '1.1'));
    const second = await runInit(tree, false);
    const changed = second.files.filter(({ action }) => action !== 'unchanged');
    expect(second.printed).toEqual(changed.map(({ path }) => path));
    expect(changed).toContainEqual({ path: 'rpm/.dkms-deb.json', action: 'update' });
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});
