import { chmod, mkdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { pathWithout } from '../support/path-without.ts';
import { call, dkmsDeb, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';

interface Section {
  readonly task: string;
  readonly ready: boolean;
  readonly findings: readonly { state: string; subject: string; message: string }[];
}

async function sections(sandbox: Sandbox, PATH: string, tasks: readonly string[]) {
  const result = await dkmsDeb(sandbox, ['doctor', ...tasks, '--json'], {
    env: { PATH },
    timeoutSeconds: 200,
  });
  const document = JSON.parse(result.stdout) as { ready: boolean; sections: Section[] };
  return { ...result, ...document };
}

test('this machine is ready for init, build and bmdeb; the other tests use them', async ({
  sandbox,
}) => {
  const { exitStatus, stdout, stderr } = await dkmsDeb(sandbox, ['doctor']);
  expect(exitStatus, stdout).toBe(0);
  for (const task of ['init', 'build', 'bmdeb']) expect(stdout).toMatch(`\n${task}: ready`);
  expect(stderr).toBe('Examining this machine\n');
});

test('the exit status shows a script that a program is missing', async ({ sandbox }) => {
  const PATH = await pathWithout(/^(make|dpkg-source)$/, sandbox);
  const bmdeb = await sections(sandbox, PATH, ['bmdeb']);
  expect({ status: bmdeb.exitStatus, ready: bmdeb.ready }).toEqual({ status: 1, ready: false });
  const [, { findings = [] } = {}] = bmdeb.sections;
  expect(findings.find(({ subject }) => subject === 'make')).toMatchObject({
    state: 'missing',
    packages: ['make'],
  });
  const rest = await sections(sandbox, PATH, ['verify', 'archives']);
  expect(rest.exitStatus).toBe(0);
  expect((await sections(sandbox, PATH, [])).exitStatus).toBe(1);
});

test('compilers and programs that hang, FIFOs in PATH and a broken home do not stop it', async ({
  sandbox,
}) => {
  const PATH = await pathWithout(/^$/, sandbox);
  const hang = join(sandbox.directory, 'hang');
  await writeFile(hang, '#!/bin/sh\nsleep 1000 & wait\n');
  await chmod(hang, 0o755);
  for (const name of ['gcc-12', 'x86_64-linux-gnu-gcc-12', 'gpg', 'openssl', 'apt-cache', 'make']) {
    await unlink(join(PATH, name)).catch(() => undefined);
    await symlink(hang, join(PATH, name));
  }
  await unlink(join(PATH, 'git'));
  await call(sandbox, 'mkfifo', ['-m', '755', join(PATH, 'git')]);
  const home = join(sandbox.directory, 'own');
  await mkdir(join(home, '.gnupg'), { recursive: true });
  const started = Date.now();
  const found = await dkmsDeb(sandbox, ['doctor'], {
    env: { PATH, HOME: home },
    timeoutSeconds: 200,
  });
  expect(found.exitStatus).toBe(1);
  expect(found.stdout).toContain('make does not answer in time');
  expect(found.stdout).toContain('git is not a program');
  expect(Date.now() - started).toBeLessThan(150_000);
});

test('an unknown task names the known ones', async ({ sandbox }) => {
  const { exitStatus, stderr } = await dkmsDeb(sandbox, ['doctor', 'rmp']);
  expect(exitStatus).toBe(2);
  expect(stderr).toContain('TASKS must be init, build, bmdeb, ');
});

// Bug: doctor said that init would write FIXME.
test('the maintainer of config.yaml is the one that init would write', async ({ sandbox }) => {
  const HOME = join(sandbox.directory, 'own');
  const place = join(HOME, '.config/dkms-deb');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'config.yaml'), 'maintainer: A B <a@example.org>\n');
  const nobody = { DEBFULLNAME: '', NAME: '', DEBEMAIL: '', EMAIL: '', XDG_CONFIG_HOME: '' };
  const env = { ...nobody, HOME };
  const { stdout } = await dkmsDeb(sandbox, ['doctor', 'init'], { env, timeoutSeconds: 200 });
  expect(stdout).toContain('A B <a@example.org> (');
  expect(stdout).not.toContain('FIXME');
});
