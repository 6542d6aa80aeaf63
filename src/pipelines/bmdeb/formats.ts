import type { PackageFormat } from '../../package/modules/package-choices.ts';
import { debFormat } from './deb-format.ts';
import type { ModulesFormat } from './package-format.ts';
import { rpmFormat } from './rpm-format.ts';

/** By the value of --format: how packages of modules are written. */
export const FORMATS: Readonly<Record<PackageFormat, ModulesFormat>> = {
  deb: debFormat,
  rpm: rpmFormat,
};
