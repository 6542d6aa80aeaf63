import type { StagedTree } from '../../archive/staged/staged-tree.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import { moduleStem } from '../../module/format/module-path.ts';
import { renderTemplate } from '../../system/text/template.ts';

/**
 * Stages what keeps DKMS from building for this kernel what the package brings, so that it and any
 * `<name>-dkms` live side by side (reference: prebuilt modules B.5). dkms reads
 * `<name>-<version>-<kernel>.conf` in all its versions, `<name>--<kernel>.conf` for every version of
 * the driver since 3.1.6. Before, only `<name>.conf` is read whatever the version: that file, which
 * reads `<name>--<kernel>.conf`, is an alternative, as one path cannot be a conffile of the packages
 * of several kernels. A conffile outlives the package, so the condition asks for the module.
 *
 * The dkms.conf that init writes has no such condition: it would do nothing that these files do not,
 * and bmdeb, which evaluates dkms.conf too, would build nothing where the package is installed.
 * Returns the conffiles' absolute paths.
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
