import { join } from 'node:path';
import { readConfForKernel } from '../../dkms/conf/conf-for-kernel.ts';
import { moduleCompression } from '../../kernel/config.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { refuseExcluded } from '../../module/compile/build-modules.ts';
import { compressionSuffix } from '../../module/format/module-path.ts';
import { dbgsymIdentity } from '../../package/modules/dbgsym-package.ts';
import { modulesIdentity } from '../../package/modules/modules-package.ts';
import { kmodIdentity } from '../../rpm/kmod/kmod-identity.ts';
import type { DriverSource } from '../driver-source/driver-source.ts';
import type { KernelPackages, PackageChoices } from './write-packages.ts';

/**
 * For --dry-run: returns the names of the packages that writeKernelPackages would write for one kernel, and of
 * their modules, without compiling. Throws ConfError, and ModuleBuildError `excluded`.
 */
export async function expectedPackages(
  headers: KernelHeaders,
  source: Pick<DriverSource, 'confFile' | 'description'>,
  { output, dbgsym, format }: Pick<PackageChoices, 'output' | 'dbgsym' | 'format'>,
): Promise<KernelPackages & { dkmsName: string; modules: string[] }> {
  const conf = await readConfForKernel(source.confFile, headers);
  refuseExcluded(conf, headers.release);
  const names = [conf.name, headers, source.description] as const;
  const built = conf.modules.filter(({ excluded }) => excluded === undefined);
  const suffix = `.ko${compressionSuffix(moduleCompression(headers.config))}`;
  const { fileName } =
    format === 'rpm' ? kmodIdentity(headers, source.description) : modulesIdentity(...names);
  return {
    dkmsName: conf.name,
    file: join(output, fileName),
    ...(dbgsym ? { dbgsym: join(output, dbgsymIdentity(...names).fileName) } : {}),
    modules: built.map(({ installedName }) => installedName + suffix),
  };
}
