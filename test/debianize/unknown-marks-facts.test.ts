import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { build } from '../../src/commands/build/build.ts';
import { init } from '../../src/commands/init/init.ts';
import { unknownMarks } from '../../src/debianize/unknown-marks.ts';
import { painter } from '../../src/report/paint.ts';
import { silentReporter } from '../../src/report/reporter.ts';

vi.mock('../../src/commands/init/how-to-build.ts', () => ({ howToBuild: async () => undefined }));

const CONF =
  'PACKAGE_NAME="foo"\nPACKAGE_VERSION="1.0"\nBUILT_MODULE_NAME[0]="foo"\nDEST_MODULE_LOCATION[0]="/updates"\n';

beforeEach(() => {
  vi.stubEnv('SOURCE_DATE_EPOCH', '1795000000');
  for (const name of ['DEBFULLNAME', 'DEBEMAIL', 'NAME', 'EMAIL']) vi.stubEnv(name, '');
  vi.stubEnv('GIT_CONFIG_GLOBAL', '/dev/null');
  vi.stubEnv('GIT_CONFIG_SYSTEM', '/dev/null');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function somebody(): void {
  vi.stubEnv('DEBFULLNAME', 'Jane Doe');
  vi.stubEnv('DEBEMAIL', 'jane@example.org');
}

async function tree(
  source = '// SPDX-License-Identifier: GPL-2.0\n/* Copyright 2020 Ada Roe */\n',
) {
  const directory = await mkdtemp(join(tmpdir(), 'unknown-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'dkms.conf'), CONF);
  await writeFile(join(directory, 'Makefile'), 'obj-m := foo.o\n');
  await writeFile(join(directory, 'foo.c'), source);
  return directory;
}

/** Runs init; what it said, and its status. */
async function runInit(directory: string, options = {}) {
  const said: string[] = [];
  const reporter = { ...silentReporter, warn: (text: string) => said.push(text) };
  const context = {
    declarations: async () => [],
    paint: painter(false),
    json: false,
    print: () => undefined,
    reporter,
  };
  const args = { directory, force: false, dryRun: false, ...options };
  const { exitStatus } = await init(args, context);
  return { exitStatus, said };
}

const read = (directory: string, name: string) => readFile(join(directory, 'debian', name), 'utf8');

async function edit(directory: string, name: string, change: (text: string) => string) {
  await writeFile(join(directory, 'debian', name), change(await read(directory, name)));
}

const WITH_MAINTAINER = ['control', 'copyright', 'changelog'];

test('a maintainer who becomes known later replaces FIXME in every file', async () => {
  const directory = await tree();
  await runInit(directory);
  for (const name of WITH_MAINTAINER) expect(await read(directory, name)).toContain('FIXME');
  const date = / {2}.*$/m.exec(await read(directory, 'changelog'))?.[0];
  somebody();
  await runInit(directory);
  for (const name of WITH_MAINTAINER) {
    const text = await read(directory, name);
    expect(text).not.toMatch(/fixme/i);
    expect(text).toContain('Jane Doe <jane@example.org>');
  }
  expect(await read(directory, 'changelog')).toContain(date);
  expect((await runInit(directory, { check: true })).exitStatus).toBe(0);
});

test('… also in files that the user edited, and the edits stay', async () => {
  const directory = await tree();
  await runInit(directory);
  await edit(directory, 'control', (text) => text.replace('Section: kernel', 'Section: misc'));
  await edit(directory, 'copyright', (text) => `${text}\nComment: mine\n`);
  await edit(directory, 'changelog', (text) => text.replace('release.', 'release.\n  * Mine.'));
  somebody();
  await runInit(directory);
  for (const name of WITH_MAINTAINER) expect(await read(directory, name)).not.toMatch(/fixme/i);
  expect(await read(directory, 'control')).toContain('Section: misc');
  expect(await read(directory, 'copyright')).toContain('Comment: mine');
  expect(await read(directory, 'changelog')).toContain('  * Mine.');
});

test('a maintainer written into debian/control by hand gets into the changelog, too', async () => {
  const directory = await tree();
  await runInit(directory);
  await edit(directory, 'control', (text) =>
    text.replace(/^Maintainer:.*/m, 'Maintainer: Eve <eve@example.org>'),
  );
  await runInit(directory);
  for (const name of WITH_MAINTAINER) expect(await read(directory, name)).not.toMatch(/fixme/i);
  expect(await read(directory, 'changelog')).toContain(' -- Eve <eve@example.org>  ');
});

test('a licence and a holder that become known later get into an edited copyright file', async () => {
  somebody();
  const directory = await tree('int x;\n');
  await runInit(directory);
  expect(await read(directory, 'copyright')).toContain('License: FIXME');
  await edit(directory, 'copyright', (text) => `${text}\nComment: mine\n`);
  const known = '// SPDX-License-Identifier: GPL-2.0 OR MIT\n// Copyright 2020 Ada Roe\n';
  await writeFile(join(directory, 'foo.c'), known);
  await runInit(directory);
  const text = await read(directory, 'copyright');
  expect(text).not.toContain('FIXME');
  expect(text).toMatch(/^Files: \*\nCopyright: 2020 Ada Roe\nLicense: GPL-2 or Expat$/m);
  expect(text).toMatch(/^License: Expat$/m);
  expect(text).toContain('Comment: mine');
});

test('other entries of the changelog keep every byte', async () => {
  const directory = await tree();
  await runInit(directory);
  const old =
    '\nfoo (0.9) unstable; urgency=low\n\n  * FIXME in x.c mended.\n\n -- A B <a@b.org>  Sat, 21 Nov 2026 00:00:00 +0000\n';
  await edit(directory, 'changelog', (text) => text + old);
  somebody();
  await runInit(directory);
  expect((await read(directory, 'changelog')).endsWith(old)).toBe(true);
});

test('init --check fails as long as FIXME stands in debian/, with its places', async () => {
  const directory = await tree();
  await runInit(directory);
  const { exitStatus, said } = await runInit(directory, { check: true });
  expect(exitStatus).toBe(1);
  expect(said).toEqual([
    expect.stringMatching(/^debian\/changelog:5 has FIXME: -- FIXME set DEBFULLNAME/),
    expect.stringMatching(/^debian\/control:4 has FIXME: Maintainer: FIXME/),
    expect.stringMatching(/^debian\/copyright:\d+ has FIXME: Copyright: 2026 FIXME/),
  ]);
});

test('build warns about every FIXME in the package', async () => {
  const directory = await tree();
  await runInit(directory);
  const said: string[] = [];
  const reporter = { ...silentReporter, warn: (text: string) => said.push(text) };
  const context = {
    declarations: async () => [],
    paint: painter(false),
    json: false,
    print: () => undefined,
    reporter,
  };
  const output = join(directory, 'out');
  await build({ directory, output, fromRules: false, dryRun: true, binary: true }, context);
  for (const place of ['changelog:5', 'control:4', 'copyright:']) {
    expect(said.some((text) => text.startsWith(`debian/${place}`))).toBe(true);
  }
});

test.each([
  ['control', '# FIXME later\nSource: foo\n', []],
  ['control', 'Source: foo\nDescription: x\n FIXME write this\n', [3]],
  ['copyright', 'License: FIXME\n', [1]],
  ['changelog', 'x (1) u; urgency=low\n\n  * Mend a FIXME.\n\n -- A <a@b.c>  d\n', []],
  ['changelog', 'x (1) u; urgency=low\n\n  * FIXME\n\n -- A <a@b.c>  d\n', [3]],
  ['foo-dkms.udev', 'KERNEL=="x" # FIXME\n', []],
  ['rules', '%:\n\tdh $@ # FIXME\n', []],
])('a FIXME that stands for a fact in %s: %j', (path, text, lines) => {
  expect(unknownMarks(path, text).map(({ line }) => line)).toEqual(lines);
});
