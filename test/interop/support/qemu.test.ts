import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTemporaryDirectory } from '../../../src/system/cleanup.ts';
import { run } from '../../../src/system/run.ts';
import { bootableKernels, installedKernels, kernelImage } from '../../support/kernels.ts';
import { makeExample } from '../../support/make-example.ts';
import { bootAndLoad } from '../../support/qemu.ts';

/** bookworm: 6.1 and 6.12; trixie: 6.12 with and without PREEMPT_RT. */
const kernels = await bootableKernels();
const [first = ''] = kernels;

test('there are two kernels to boot', () => {
  expect(kernels.length).toBeGreaterThanOrEqual(2);
});

test.for(kernels)("Debian's %s boots and loads examples/hello", async (release) => {
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await makeExample('hello', release, parent);
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
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await makeExample('duo', first, parent);
    await run('xz', ['core/duo_core.ko'], { cwd: tree });
    await run('zstd', ['-q', 'dev/duo_dev.ko'], { cwd: tree });
    const { modules } = await bootAndLoad({
      kernelImage: kernelImage(first),
      modules: [join(tree, 'core/duo_core.ko.xz'), join(tree, 'dev/duo_dev.ko.zst')],
      commands: ['printf abc >/dev/duo', 'od -An -tx1 /dev/duo'],
      expect: '03 00 61 62 63',
    });
    expect(modules.map(({ name }) => name)).toEqual(['duo_dev', 'duo_core']);
    expect(modules[1]?.usedBy).toEqual(['duo_dev']);
  });
});

test('a module that the kernel refuses is reported with the console', async () => {
  const other = (await installedKernels()).at(-1) ?? '';
  await withTemporaryDirectory('test', async (parent) => {
    const tree = await makeExample('plain', other, parent);
    const boot = bootAndLoad({
      kernelImage: kernelImage(first),
      modules: [join(tree, 'netcount.ko')],
      expect: 'netcount: counting network device events',
    });
    await expect(boot).rejects.toThrow('insmod netcount.ko: failed');
  });
});
