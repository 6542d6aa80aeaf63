import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { writePackage } from '../../packaging/package.ts';
import { ANY_STATUS } from '../../src/system/process/run.ts';
import { asRoot } from '../support/as-root.ts';
import { withTrixieRoot } from '../support/chroot.ts';
import { ciSteps } from '../support/ci/ci-steps.ts';
import { driverTree } from '../support/driver.ts';
import { useLocalArchive } from '../support/local-archive.ts';
import { PROJECT } from '../support/project.ts';
import { dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';

const FILES = join(PROJECT, 'docs/guides/ci');

test('trixie: every step of the CI files of docs/guides/ci works, in order', async ({
  sandbox,
}) => {
  const deb = await writePackage(PROJECT, sandbox.out);
  const tree = await driverTree('hello', sandbox.directory);
  await dkmsDebLines(sandbox, ['init', '-q', tree]);
  await withTrixieRoot(async (root) => {
    await useLocalArchive(root);
    await root.copyIn(deb);
    // As the services run them: a fresh checkout each, `sh -e` or `bash -e`, as root in a container.
    for (const name of (await readdir(FILES)).sort()) {
      const steps = ciSteps(name, await readFile(join(FILES, name), 'utf8'));
      expect(steps.length, name).toBeGreaterThan(4);
      const cwd = `/root/${name}`;
      await asRoot(['cp', '-r', '--', tree, join(root.directory, cwd)]);
      const env = { DKMS_DEB_URL: `file:///root/${deb.split('/').at(-1)}`, CI: 'true' };
      for (const step of steps) {
        const options = { cwd, env, timeoutSeconds: 300, accept: ANY_STATUS };
        const { exitStatus, output } = await root.run('sh', ['-e', '-c', step], options);
        expect(exitStatus, `${name}: ${step}\n${output}`).toBe(0);
      }
      const made = await root.run('ls', [`${cwd}/out`]);
      const kinds = made.stdout.replaceAll('\n', ' ');
      expect(kinds).toMatch(
        /hello-dkms_1\.0_all\.deb hello-modules-\S+_1\.0\+\S+\.deb hello_1\.0\.dsc hello_1\.0\.tar\.xz \S+\.buildinfo \S+\.changes/,
      );
    }
  });
});
