import { join } from 'node:path';
import { readConfForKernel } from '../../dkms/conf/conf-for-kernel.ts';
import { moduleCompression } from '../../kernel/config.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { refuseExcluded } from '../../module/compile/build-modules.ts';
import { compressionSuffix } from '../../module/format/module-path.ts';
import type { DriverSource } from '../driver-source/driver-source.ts';
import { FORMATS } from './formats.ts';
import type { KernelPackages, PackageChoices } from './package-format.ts';

/**
 * For --dry-run: returns the paths of the packages that would be written for one kernel, and of
 * their modules, without compiling. Throws ConfError, and ModuleBuildError `excluded`.
 */
export async function expectedPackages(
  headers: KernelHeaders,
  source: Pick<DriverSource, 'confFile' | 'description'>,
  choices: Pick<PackageChoices, 'output' | 'dbgsym' | 'format'>,
): Promise<KernelPackages & { dkmsName: string; modules: string[] }> {
  const conf = await readConfForKernel(source.confFile, headers);
  refuseExcluded(conf, headers.release);
  const built = conf.modules.filter(({ excluded }) => excluded === undefined);
  const suffix = `.ko${compressionSuffix(moduleCompression(headers.config))}`;
  const format = FORMATS[choices.format];
  const { file, dbgsym } = format.namesOf(conf.name, headers, source.description, choices);
  return {
    dkmsName: conf.name,
    file: join(choices.output, file),
    ...(dbgsym !== undefined && { dbgsym: join(choices.output, dbgsym) }),
    modules: built.map(({ installedName }) => installedName + suffix),
  };
}
