import type { PackageFormat } from '../../package/modules/package-choices.ts';
import { debFormat } from './deb-format.ts';
import type { ModulesFormat } from './package-format.ts';
import { rpmFormat } from './rpm-format.ts';

/** How packages of modules are written, for each value of --format. */
export const FORMATS: Readonly<Record<PackageFormat, ModulesFormat>> = {
  deb: debFormat,
  rpm: rpmFormat,
};
