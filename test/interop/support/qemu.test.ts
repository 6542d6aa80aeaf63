import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/cleanup.ts';
import { run } from '../../../src/system/run.ts';
import { type ExampleName, exampleDirectory } from '../../support/example.ts';
import { installedKernel, kernelImage } from '../../support/kernels.ts';
import { bootAndLoad } from '../../support/qemu.ts';

/** Plain make, as a person would. */
async function make(name: ExampleName, release: string, parent: string): Promise<string> {
  const directory = await exampleDirectory(name, parent);
  await run('make', ['-C', `/lib/modules/${release}/build`, `M=${directory}`, 'modules']);
  return directory;
}

test.for(['6.1.', '6.12.'])("Debian's %s kernel boots and loads examples/hello", async (series) => {
  const release = await installedKernel(series);
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await make('hello', release, parent);
    const { console, modules } = await bootAndLoad({
      kernelImage: kernelImage(release),
      modules: [join(tree, 'hello.ko')],
      commands: ['cat /proc/hello'],
      expect: `hello: hello from Linux ${release}`,
    });
    expect(modules).toMatchObject([{ name: 'hello', state: 'Live', taints: 'OE' }]);
    expect(console).toContain('\nHello, world!\n');
  });
});

test('compressed modules load in the given order', async () => {
  const release = await installedKernel('6.1.');
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await make('duo', release, parent);
    await run('xz', ['core/duo_core.ko'], { cwd: tree });
    await run('zstd', ['-q', 'dev/duo_dev.ko'], { cwd: tree });
    const { modules } = await bootAndLoad({
      kernelImage: kernelImage(release),
      modules: [join(tree, 'core/duo_core.ko.xz'), join(tree, 'dev/duo_dev.ko.zst')],
      commands: ['printf abc >/dev/duo', 'od -An -tx1 /dev/duo'],
      expect: '03 00 61 62 63',
    });
    expect(modules.map(({ name }) => name)).toEqual(['duo_dev', 'duo_core']);
    expect(modules[1]?.usedBy).toEqual(['duo_dev']);
  });
});

test('a module that the kernel refuses is reported with the console', async () => {
  const release = await installedKernel('6.1.');
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await make('plain', await installedKernel('6.12.'), parent);
    const boot = bootAndLoad({
      kernelImage: kernelImage(release),
      modules: [join(tree, 'netcount.ko')],
      expect: 'netcount: counting network device events',
    });
    await expect(boot).rejects.toThrow('insmod netcount.ko: failed');
  });
});
