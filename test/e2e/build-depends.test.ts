import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { debField } from '../support/deb-payload.ts';
import { driverTree } from '../support/driver.ts';
import { installedKernels } from '../support/kernels.ts';
import { dkmsDeb, dkmsDebLines, sandboxTest as test } from '../support/sandbox.ts';

const [release = ''] = await installedKernels();

/** ddcci's two modules as two drivers: the second uses symbols of the first. */
async function separate(tree: string, module: string, lines: string): Promise<string> {
  const target = join(tree, '..', module);
  await cp(join(tree, module), target, { recursive: true });
  await cp(join(tree, 'include'), join(target, 'include'), { recursive: true });
  const makefile = join(target, 'Makefile');
  const text = await readFile(makefile, 'utf8');
  await writeFile(makefile, text.replace('$(src)/../include', '$(src)/include'));
  await writeFile(
    join(target, 'dkms.conf'),
    `PACKAGE_NAME=${module}-alone
PACKAGE_VERSION=0.4.2
BUILT_MODULE_NAME[0]=${module}
DEST_MODULE_LOCATION[0]=/updates
${lines}
`,
  );
  return target;
}

// The makefile sets KBUILD_EXTRA_SYMBOLS itself: what dkms.conf passes must be what it gets.
const SYMVERS = '$dkms_tree/ddcci-alone/0.4.2/$kernelver/$arch/module/Module.symvers';

test('a driver that uses symbols of another driver', async ({ sandbox }) => {
  const tree = await driverTree('ddcci-dkms', sandbox.directory);
  const core = await separate(tree, 'ddcci', 'MAKE="make KVER=$kernelver"');
  const user = await separate(
    tree,
    'ddcci-backlight',
    `BUILD_DEPENDS=ddcci-alone\nMAKE="make KVER=$kernelver KBUILD_EXTRA_SYMBOLS=${SYMVERS}"`,
  );
  const args = ['bmdeb', '-k', release, '-o', sandbox.out];

  const alone = await dkmsDeb(sandbox, [...args, user]);
  expect(alone.exitStatus, alone.output).toBe(13);
  expect(alone.stderr).toMatch(/needs ddcci-alone \(BUILD_DEPENDS\).*\n.*--symvers DIR/);

  const [first = ''] = await dkmsDebLines(sandbox, [...args, core]);
  const [second = ''] = await dkmsDebLines(sandbox, [...args, '--symvers', sandbox.out, user]);
  const [name, version] = [await debField(first, 'Package'), await debField(first, 'Version')];
  expect(await debField(second, 'Depends')).toContain(`, ${name} (= ${version})`);

  const both = await dkmsDeb(sandbox, ['verify', first, second]);
  expect(both.exitStatus, both.output).toBe(0);
  expect(both.stdout).toMatch(
    /ddcci-backlight\.ko.*\n.*ok: machine, vermagic, symbols, crcs, depends/,
  );
  const one = await dkmsDeb(sandbox, ['verify', second]);
  expect(one.exitStatus, one.output).toBe(0);
  expect(one.stdout).toMatch(/not checked: symbols, depends/);
});
