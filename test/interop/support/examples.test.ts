import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/cleanup.ts';
import { run } from '../../../src/system/run.ts';
import { exampleDirectory } from '../../support/example.ts';
import { installedKernel, installedKernels } from '../../support/kernels.ts';

/** What a person without root does with DKMS itself; returns the directory of the modules. */
async function dkmsBuild(name: 'hello' | 'duo', version: string, release: string, parent: string) {
  const tree = await exampleDirectory(name, parent);
  await run('mkdir', ['tree', 'source'], { cwd: parent });
  await run('mv', [tree, join(parent, 'source', `${name}-${version}`)]);
  await run('dkms', [
    ...['build', '-m', name, '-v', version, '-k', release],
    ...['--dkmstree', join(parent, 'tree'), '--sourcetree', join(parent, 'source')],
    ...['--kernelsourcedir', `/lib/modules/${release}/build`],
  ]);
  return join(parent, 'tree', name, version, release, 'x86_64/module');
}

test('DKMS builds hello and duo for every installed kernel', async () => {
  const releases = await installedKernels();
  expect(releases.length).toBeGreaterThanOrEqual(2);
  for (const release of releases) {
    await withTemporaryDirectory('test', async (parent) => {
      const modules = await dkmsBuild('hello', '1.0', release, parent);
      expect(await readdir(modules)).toEqual([expect.stringMatching(/^hello\.ko/)]);
    });
    await withTemporaryDirectory('test', async (parent) => {
      const modules = await dkmsBuild('duo', '0.3.1', release, parent);
      const files = (await readdir(modules)).sort();
      expect(files).toEqual(['duo_core', 'duo_dev'].map((name) => expect.stringMatching(name)));
      const core = join(modules, files[0] ?? '');
      const { stdout } = await run('modinfo', ['-F', 'lock', core]);
      expect(stdout.trim()).toBe(release.includes('-rt-') ? 'raw' : 'spin');
    });
  }
});

test.for([
  { series: '6.1.', patched: false, builds: true },
  { series: '6.1.', patched: true, builds: false },
  { series: '6.12.', patched: false, builds: false },
  { series: '6.12.', patched: true, builds: true },
])("duo's patch matters: $series patched $patched builds $builds", async (sample) => {
  const release = await installedKernel(sample.series);
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await exampleDirectory('duo', parent);
    const patch = join(tree, 'patches/0001-include-linux-unaligned.h.patch');
    if (sample.patched) await run('patch', ['-s', '-p1', '-i', patch], { cwd: tree });
    const { exitStatus, output } = await run(
      'make',
      ['-C', `/lib/modules/${release}/build`, `M=${tree}`, 'modules'],
      { accept: [0, 2] },
    );
    expect(exitStatus === 0).toBe(sample.builds);
    if (!sample.builds) expect(output).toContain('unaligned.h: No such file');
  });
});
