import { join } from 'node:path';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { architectureOf, kbuildArchitectureOf } from '../../kernel/architecture.ts';

/** A module that the makefiles of a tree name: `obj-m += foo.o` in the folder `drivers/`. */
export interface NamedModule {
  readonly name: string;
  /** The folder whose Kbuild or Makefile names the module, relative to the tree: '' or `drivers/foo`. */
  readonly folder: string;
}

/**
 * A makefile that reads the makefiles of a driver as scripts/Makefile.build of the kernel does for M=, but builds
 * nothing. It reads the configuration of the kernel, and then the Kbuild or Makefile of a folder. It calls itself for
 * each folder in obj-y, obj-m, subdir-y and subdir-m, so that the folders below get exported variables as in kbuild.
 */
export const KBUILD_QUESTION = `
-include $(DKMS_DEB_CONFIG)
override src := $(DKMS_DEB_TREE)$(if $(DKMS_DEB_FOLDER),/$(DKMS_DEB_FOLDER))
override obj := $(src)
obj-m :=
obj-y :=
subdir-y :=
subdir-m :=
include $(firstword $(wildcard $(src)/Kbuild $(src)/Makefile))
$(foreach object,$(filter %.o,$(obj-m)),$(info dkms-deb-module=$(src):$(object)))
dkms_deb_below := $(sort $(patsubst $(src)/%,%,$(patsubst %/,%,$(filter %/,$(obj-y) $(obj-m)) $(subdir-y) $(subdir-m))))
.PHONY: dkms-deb-ask
dkms-deb-ask:
	@:$(foreach folder,$(dkms_deb_below), && $(MAKE) -s --no-print-directory -f "$(DKMS_DEB_SELF)" "DKMS_DEB_FOLDER=$(if $(DKMS_DEB_FOLDER),$(DKMS_DEB_FOLDER)/)$(folder)" dkms-deb-ask)
`;

/** Returns the environment variables that kbuild sets for the makefile of a driver, and two for KBUILD_QUESTION. */
export function kbuildVariables(
  kernel: EvaluationContext['kernel'],
  question: string,
): Record<string, string> {
  const [version = '', patchlevel = '', sublevel = ''] = kernel.release.split(/[.-]/);
  const source = kbuildArchitectureOf(architectureOf(kernel.machine) ?? kernel.machine);
  return {
    DKMS_DEB_SELF: question,
    DKMS_DEB_CONFIG: join(kernel.directory, 'include/config/auto.conf'),
    KERNELRELEASE: kernel.release,
    KERNELVERSION: `${version}.${patchlevel}.${sublevel}`,
    VERSION: version,
    PATCHLEVEL: patchlevel,
    SUBLEVEL: sublevel,
    ...(source === undefined ? {} : { ARCH: source, SRCARCH: source }),
    srctree: kernel.directory,
    objtree: kernel.directory,
    KBUILD_SRC: kernel.directory,
  };
}

/** Parses the output of KBUILD_QUESTION. Returns the modules in `tree`, each once. */
export function modulesOf(answers: string, tree: string): NamedModule[] {
  const modules = new Map<string, NamedModule>();
  for (const [, source = '', object = ''] of answers.matchAll(
    /^dkms-deb-module=(.*?):(.*)\.o$/gm,
  )) {
    if (source !== tree && !source.startsWith(`${tree}/`)) continue;
    const parts = `${source.slice(tree.length)}/${object}`.split('/');
    const name = parts.pop() ?? '';
    const path = parts.filter((part) => part !== '' && part !== '.');
    if (!/^[A-Za-z0-9_][\w+.-]*$/.test(name) || path.includes('..')) continue;
    const module = { name, folder: path.join('/') };
    modules.set(`${module.folder}/${name}`, module);
  }
  return [...modules.values()];
}
