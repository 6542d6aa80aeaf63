import { run } from '../../src/system/process/run.ts';
import { type ExampleName, exampleDirectory } from './example.ts';

/** Does examples/duo need its patch for this kernel? PATCH_MATCH of its dkms.conf says so. */
export function duoWantsPatch(release: string): boolean {
  return /^(6\.1[2-9]|[7-9])\./.test(release);
}

/** Applies duo's patch with patch, as a user would. */
export async function patchDuo(tree: string): Promise<void> {
  await run('patch', ['-s', '-p1', '-i', 'patches/0001-include-linux-unaligned.h.patch'], {
    cwd: tree,
  });
}

/** Copies an example to `<parent>/<name>` and compiles it there with plain make, without our own code. */
export async function makeExample(
  name: ExampleName,
  release: string,
  parent: string,
): Promise<string> {
  const tree = await exampleDirectory(name, parent);
  if (name === 'duo' && duoWantsPatch(release)) await patchDuo(tree);
  await run('make', ['-C', `/lib/modules/${release}/build`, `M=${tree}`, 'modules']);
  return tree;
}
