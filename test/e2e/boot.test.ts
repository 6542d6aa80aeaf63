import { join } from 'node:path';
import { expect } from 'vitest';
import { driverTree } from '../support/driver.ts';
import { bootableKernels, kernelImage } from '../support/kernels.ts';
import { moduleFiles, moduleName } from '../support/module-files.ts';
import { bootAndLoad } from '../support/qemu.ts';
import { call, dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';

const kernels = await bootableKernels();

/** acpi-call-dkms: a driver of the archive that loads on any PC. */
const DRIVERS = ['hello', 'duo', 'acpi-call-dkms'] as const;

/** duo_dev uses a symbol of duo_core. */
const ORDER = ['hello', 'duo_core', 'duo_dev', 'acpi_call'];

test.for(kernels)("Debian's %s loads what bmdeb packed for it", async (release, { sandbox }) => {
  const unpacked = join(sandbox.directory, 'unpacked');
  for (const driver of DRIVERS) {
    const tree = await driverTree(driver, join(sandbox.directory, driver));
    const args = ['bmdeb', '-k', release, '-o', sandbox.out, tree];
    const [deb = ''] = await dkmsDebLines(sandbox, args);
    await call(sandbox, 'dpkg-deb', ['-x', deb, unpacked]);
  }
  const files = await moduleFiles(unpacked);
  const modules = ORDER.map((name) => files.find((file) => moduleName(file) === name) ?? name);
  const { console, modules: loaded } = await bootAndLoad({
    kernelImage: kernelImage(release),
    modules,
    commands: [
      ...['cat /proc/hello', 'printf abc >/dev/duo', 'od -An -tx1 /dev/duo'],
      // There is no such method; acpi_call has asked the firmware and says so.
      ...['echo x >/proc/acpi/call', 'cat /proc/acpi/call', 'echo'],
    ],
    expect: `hello: hello from Linux ${release}`,
  });
  expect(loaded.map(({ name, state, taints }) => ({ name, state, taints }))).toEqual(
    // The list begins with the last.
    ORDER.toReversed().map((name) => ({ name, state: 'Live', taints: 'OE' })),
  );
  expect(loaded.find(({ name }) => name === 'duo_core')?.usedBy).toEqual(['duo_dev']);
  expect(console).toContain('\nHello, world!\n');
  expect(console).toMatch(/03 00 61 62 63/);
  expect(console).toMatch(/^Error: AE_/m);
});

test('two kernels at least were booted', () => {
  expect(kernels.length).toBeGreaterThanOrEqual(2);
});
