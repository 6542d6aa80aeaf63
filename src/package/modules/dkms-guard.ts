import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import { moduleStem } from '../../module/format/module-path.ts';
import { renderTemplate } from '../../system/text/template.ts';

/**
 * Stages files in /etc/dkms that keep DKMS from building the same modules for this kernel, so that the package can be
 * installed together with `<name>-dkms`. Returns the absolute paths of the conffiles. All versions of dkms read
 * `<name>-<version>-<kernel>.conf`. Since 3.1.6 dkms also reads `<name>--<kernel>.conf`, which is for every version of
 * the driver. Older versions of dkms read only `<name>.conf` for every version of the driver; so a `<name>.conf` is
 * packed that reads `<name>--<kernel>.conf`. The packages for several kernels cannot share a conffile, so `<name>.conf`
 * is installed with update-alternatives. A conffile stays when the package is removed, so the conffile has an effect
 * only if the module exists. The dkms.conf that init writes does not contain this condition, because the condition
 * would keep bmdeb from building for a kernel whose package is installed.
 */
export function stageDkmsGuard(
  tree: StagedTree,
  data: { package: string; release: string; moduleDirectory: string },
  build: ModuleBuild,
): string[] {
  const { name, version } = build.conf;
  tree.addFile(`usr/share/${data.package}/dkms.conf`, {
    bytes: Buffer.from(renderTemplate('package/modules-dkms-shared', { name })),
  });
  const [module] = build.modules;
  if (module === undefined) return [];
  const stem = `${moduleStem(module.name)}.ko`;
  const text = renderTemplate('package/modules-dkms-guard', { ...data, name, module: stem });
  return [`${name}--${data.release}`, `${name}-${version}-${data.release}`].map((file) => {
    tree.addFile(`etc/dkms/${file}.conf`, { bytes: Buffer.from(text) });
    return `/etc/dkms/${file}.conf`;
  });
}
