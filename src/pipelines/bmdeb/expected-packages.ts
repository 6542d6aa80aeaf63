import { join } from 'node:path';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { expectedModules } from '../../module/compile/expected-build.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import { FORMATS } from './formats.ts';
import type { KernelPackages, PackageChoices } from './package-format.ts';

/**
 * For --dry-run: returns the paths of the packages that would be written for one kernel, and the names of the modules.
 * Compiles nothing.
 */
export function expectedPackages(
  conf: DkmsConf,
  headers: KernelHeaders,
  description: DriverDescription,
  choices: Pick<PackageChoices, 'output' | 'dbgsym' | 'format'>,
): KernelPackages & { dkmsName: string; modules: string[] } {
  const format = FORMATS[choices.format];
  const { file, dbgsym } = format.namesOf(conf.name, headers, description, choices);
  return {
    dkmsName: conf.name,
    file: join(choices.output, file),
    ...(dbgsym !== undefined && { dbgsym: join(choices.output, dbgsym) }),
    modules: expectedModules(conf, headers),
  };
}
