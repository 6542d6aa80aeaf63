import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/cleanup.ts';
import { run } from '../../../src/system/run.ts';
import { exampleDirectory } from '../../support/example.ts';
import { installedKernels } from '../../support/kernels.ts';
import { duoWantsPatch, patchDuo } from '../../support/make-example.ts';

/** What a person without root does with DKMS itself; returns the modules' files. */
async function dkmsBuild(name: 'hello' | 'duo', version: string, release: string, parent: string) {
  const tree = await exampleDirectory(name, parent);
  await run('mkdir', ['tree', 'source'], { cwd: parent });
  await run('mv', [tree, join(parent, 'source', `${name}-${version}`)]);
  await run('dkms', [
    ...['build', '-m', name, '-v', version, '-k', release],
    ...['--dkmstree', join(parent, 'tree'), '--sourcetree', join(parent, 'source')],
    ...['--kernelsourcedir', `/lib/modules/${release}/build`],
  ]);
  const directory = join(parent, 'tree', name, version, release, 'x86_64/module');
  // DKMS 3.1.3 and later keep Module.symvers beside them.
  const files = (await readdir(directory)).filter((file) => file.includes('.ko')).sort();
  return files.map((file) => join(directory, file));
}

test('DKMS builds hello and duo for every installed kernel', async () => {
  const releases = await installedKernels();
  expect(releases.length).toBeGreaterThanOrEqual(2);
  for (const release of releases) {
    await withTemporaryDirectory('test', async (parent) => {
      const modules = await dkmsBuild('hello', '1.0', release, parent);
      expect(modules).toEqual([expect.stringMatching(/\/hello\.ko/)]);
    });
    await withTemporaryDirectory('test', async (parent) => {
      const modules = await dkmsBuild('duo', '0.3.1', release, parent);
      const [core = '', ...others] = modules;
      expect(core).toMatch(/\/duo_core\.ko/);
      expect(others).toEqual([expect.stringMatching(/\/duo_dev\.ko/)]);
      const { stdout } = await run('modinfo', ['-F', 'lock', core]);
      expect(stdout.trim()).toBe(release.includes('-rt-') ? 'raw' : 'spin');
    });
  }
});

test("duo's patch matters: each kernel builds either with or without it", async () => {
  for (const release of await installedKernels()) {
    const wanted = duoWantsPatch(release);
    await withTemporaryDirectory('test', async (parent) => {
      const tree = await exampleDirectory('duo', parent);
      expect(await makeDuo(tree, release)).toBe(!wanted);
      await patchDuo(tree);
      expect(await makeDuo(tree, release)).toBe(wanted);
    });
  }
});

/** Whether it compiles; the only other end allowed is the header that is not there. */
async function makeDuo(tree: string, release: string): Promise<boolean> {
  const build = `/lib/modules/${release}/build`;
  const made = await run('make', ['-C', build, `M=${tree}`, 'modules'], { accept: [0, 2] });
  if (made.exitStatus === 2) expect(made.output).toContain('unaligned.h: No such file');
  return made.exitStatus === 0;
}
