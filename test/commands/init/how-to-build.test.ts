import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { howToBuild } from '../../../src/commands/init/how-to-build.ts';
import type { PlannedFile } from '../../../src/debianize/files/generated-file.ts';
import { rulesFile } from '../../../src/debianize/files/rules.ts';
import type { Plan } from '../../../src/debianize/plan.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'how-to-build-'));
  await program('system/dpkg-query', 'exit 1');
  vi.stubEnv('PATH', `${join(root, 'system')}:/usr/bin:/bin`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

async function program(path: string, script: string): Promise<string> {
  const file = join(root, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

function planOf(rules: Partial<PlannedFile> = {}): Plan {
  const file: PlannedFile = {
    ...rulesFile('dkms-deb', { directory: '/nowhere', entries: [] }),
    action: 'create',
    before: undefined,
    ...rules,
  };
  return {
    files: [file],
    manifest: '',
    manifestChanged: true,
    foreign: false,
    notes: [],
    marks: [],
    unlisted: [],
  };
}

test('prints no note if the package of dkms-deb is installed', async () => {
  await program('system/dpkg-query', 'printf installed');
  expect(await howToBuild(planOf(), '/clone/bin/dkms-deb', '/usr/bin')).toBeUndefined();
});

test('a package that was removed is not installed', async () => {
  await program('system/dpkg-query', 'printf config-files');
  expect(await howToBuild(planOf(), '/clone/bin/dkms-deb', '/usr/bin')).toMatch(/ -d /);
});

test('recommends -d if dkms-deb is in PATH', async () => {
  const command = await program('clone/bin/dkms-deb', '');
  expect(await howToBuild(planOf(), command, `/usr/bin:${join(root, 'clone/bin')}`)).toMatch(
    /^Build the package with: dpkg-buildpackage -us -uc -b -d /,
  );
});

test('names the directory to add to PATH', async () => {
  expect(await howToBuild(planOf(), `/my clone's/bin/dkms-deb`, '/usr/bin')).toMatch(
    `export PATH='/my clone'\\''s/bin':"$PATH", then: dpkg-buildpackage -us -uc -b -d`,
  );
});

test('a directory that has the name of the command is not the command', async () => {
  await mkdir(join(root, 'home/dkms-deb'), { recursive: true });
  expect(await howToBuild(planOf(), '/clone/bin/dkms-deb', join(root, 'home'))).toMatch(
    'which is not in PATH',
  );
});

test('recommends npm install if dkms-deb was run by npx', async () => {
  const command = await program('.npm/_npx/1a2b/node_modules/.bin/dkms-deb', '');
  expect(await howToBuild(planOf(), command, join(command, '..'))).toMatch(/npm install -g/);
});

test('prints no note if debian/rules does not call dkms-deb', async () => {
  const command = '/clone/bin/dkms-deb';
  expect(
    await howToBuild(planOf(rulesFile('dh', { directory: '/nowhere', entries: [] })), command, ''),
  ).toBeUndefined();
  const before = '#!/usr/bin/make -f\n%:\n\tdh $@\n';
  expect(await howToBuild(planOf({ action: 'keep', before }), command, '')).toBeUndefined();
});
