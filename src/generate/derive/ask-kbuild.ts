import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationContext } from '../../dkms/evaluation-context.ts';
import { DkmsDebError } from '../../errors.ts';
import { architectureOf, kbuildArchitectureOf } from '../../kernel/architecture.ts';
import { withTemporaryDirectory } from '../../system/cleanup.ts';
import { run } from '../../system/run.ts';

/** A module that a tree's makefiles name: `obj-m += foo.o` in the folder `drivers/`. */
export interface NamedModule {
  readonly name: string;
  /** Of its Kbuild or Makefile, relative to the tree: '' or `drivers/foo`. */
  readonly folder: string;
}

/**
 * Does what scripts/Makefile.build does with M=: reads the kernel's configuration, then Kbuild or
 * Makefile of a folder, and goes down into the folders of obj-y and obj-m. A sub-make a folder, so
 * that what a makefile exports reaches the ones below, as in kbuild. Its commands build nothing.
 */
const ASK = `
-include $(DKMS_DEB_CONFIG)
override src := $(DKMS_DEB_TREE)$(if $(DKMS_DEB_FOLDER),/$(DKMS_DEB_FOLDER))
override obj := $(src)
obj-m :=
obj-y :=
subdir-y :=
subdir-m :=
include $(firstword $(wildcard $(src)/Kbuild $(src)/Makefile))
$(foreach object,$(filter %.o,$(obj-m)),$(info dkms-deb-module=$(DKMS_DEB_FOLDER):$(object)))
dkms_deb_below := $(sort $(patsubst $(src)/%,%,$(patsubst %/,%,$(filter %/,$(obj-y) $(obj-m)) $(subdir-y) $(subdir-m))))
.PHONY: dkms-deb-ask
dkms-deb-ask:
	@:$(foreach folder,$(dkms_deb_below), && $(MAKE) -s --no-print-directory -f "$(DKMS_DEB_SELF)" "DKMS_DEB_FOLDER=$(if $(DKMS_DEB_FOLDER),$(DKMS_DEB_FOLDER)/)$(folder)" dkms-deb-ask)
`;

/**
 * Which modules kbuild would make of a tree for one kernel, found by letting make evaluate its
 * makefiles. Without headers the kernel's CONFIG_ are unset. A tree whose makefiles cannot be read
 * this way gives none.
 */
export async function askKbuild(
  tree: string,
  kernel: EvaluationContext['kernel'],
): Promise<NamedModule[]> {
  return withTemporaryDirectory('ask', async (scratch) => {
    const makefile = join(scratch, 'ask.mk');
    await writeFile(makefile, ASK);
    return askMake(tree, kernel, makefile);
  });
}

async function askMake(
  tree: string,
  kernel: EvaluationContext['kernel'],
  makefile: string,
): Promise<NamedModule[]> {
  const [version, patchlevel, sublevel] = kernel.release.split(/[.-]/);
  const source = kbuildArchitectureOf(architectureOf(kernel.machine) ?? kernel.machine);
  const variables = {
    DKMS_DEB_TREE: tree,
    DKMS_DEB_SELF: makefile,
    DKMS_DEB_CONFIG: join(kernel.directory, 'include/config/auto.conf'),
    KERNELRELEASE: kernel.release,
    KERNELVERSION: `${version}.${patchlevel}.${sublevel}`,
    VERSION: version,
    PATCHLEVEL: patchlevel,
    SUBLEVEL: sublevel,
    KBUILD_EXTMOD: tree,
    M: tree,
    ARCH: source,
    SRCARCH: source,
    srctree: kernel.directory,
    objtree: kernel.directory,
    KBUILD_SRC: kernel.directory,
  };
  try {
    const { stdout } = await run(
      'make',
      ['-s', '--no-print-directory', '-f', makefile, 'DKMS_DEB_FOLDER=', 'dkms-deb-ask'],
      // In the environment, as kbuild exports them: a makefile may set its own.
      { cwd: tree, env: environment(variables), timeoutSeconds: 20 },
    );
    return modulesOf(stdout);
  } catch (error) {
    if (error instanceof DkmsDebError) return [];
    throw error;
  }
}

function modulesOf(stdout: string): NamedModule[] {
  const modules = new Map<string, NamedModule>();
  for (const [, folder = '', object = ''] of stdout.matchAll(/^dkms-deb-module=(.*?):(.*)\.o$/gm)) {
    const parts = object.split('/');
    const name = parts.pop() ?? '';
    const path = [...folder.split('/'), ...parts].filter((part) => part !== '' && part !== '.');
    if (!/^[A-Za-z0-9_][\w+.-]*$/.test(name) || path.includes('..')) continue;
    const module = { name, folder: path.join('/') };
    modules.set(`${module.folder}/${name}`, module);
  }
  return [...modules.values()];
}

function environment(
  variables: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const entries = Object.entries(variables).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(entries);
}
