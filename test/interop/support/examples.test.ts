import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/process/cleanup.ts';
import { run } from '../../../src/system/process/run.ts';
import { exampleDirectory } from '../../support/example.ts';
import { installedKernels } from '../../support/kernels.ts';
import { duoWantsPatch, patchDuo } from '../../support/make-example.ts';

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
