import { mkdir, realpath, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../src/system/process/run.ts';
import { driverTree } from '../support/driver.ts';
import { npmTarball } from '../support/npm-tarball.ts';
import { call, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';

/** A PATH with node, npm and two shells only, as in a container of node alone, and no registry that would answer. */
async function onlyNode(sandbox: Sandbox): Promise<Record<string, string>> {
  const bin = join(sandbox.directory, 'only-node');
  await mkdir(bin);
  for (const name of ['node', 'npm', 'npx', 'sh', 'bash']) {
    const { stdout } = await run('sh', ['-c', `command -v ${name}`]);
    await symlink(await realpath(stdout.trim()), join(bin, name));
  }
  return { PATH: bin, npm_config_registry: 'http://127.0.0.1:9/', npm_config_offline: 'true' };
}

test('npx and npm i -g run the tarball on a machine with only node and without network', async ({
  sandbox,
}) => {
  const tarball = await npmTarball(sandbox.directory);
  const tree = await driverTree('hello', join(sandbox.directory, 'hello'));
  const env = await onlyNode(sandbox);
  const npx = (...args: string[]) =>
    call(sandbox, 'npx', ['--yes', `./${basename(tarball)}`, ...args], {
      env,
      cwd: sandbox.directory,
    });

  const shown = await npx('version');
  expect(shown.exitStatus, shown.output).toBe(0);
  expect(tarball).toMatch(new RegExp(`dkms-deb-${shown.stdout.trim()}\\.tgz$`));
  const init = await npx('init', tree);
  expect(init.exitStatus, init.output).toBe(0);
  expect(init.stdout).toContain('debian/control\n');
  // What Debian's own tools do is left to them: the first that is missing is named, with its package.
  const build = await npx('build', '-o', sandbox.out, tree);
  expect(build.exitStatus).toBe(1);
  expect(build.stderr).toMatch(
    /^dkms-deb: error: \S+ is not installed or cannot be run\n {2}.*\binstall\b/m,
  );

  const prefix = join(sandbox.directory, 'prefix');
  const install = await call(sandbox, 'npm', ['install', '-g', '--prefix', prefix, tarball], {
    env,
  });
  expect(install.exitStatus, install.output).toBe(0);
  const installed = await call(sandbox, join(prefix, 'bin/dkms-deb'), ['--version'], { env });
  expect(installed.stdout).toBe(shown.stdout);
});
