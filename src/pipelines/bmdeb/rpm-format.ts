import { checkKmodRelease, kmodIdentity } from '../../rpm/kmod/kmod-identity.ts';
import { checkKmodPackage, writeKmodPackage } from '../../rpm/kmod/write-kmod.ts';
import type { ModulesFormat } from './package-format.ts';
import { hasCommon } from './write-common.ts';

/**
 * The packages `kmod-<name>-<release>` in RPM format. They have no Build-Key. No package with files for all kernels
 * is written.
 */
export const rpmFormat: ModulesFormat = {
  checkKernel: (headers, { kernelDependency }) => checkKmodRelease(headers, kernelDependency),

  checkPackages: (build, headers, { description }, choices) =>
    checkKmodPackage(build, headers, description, choices),

  firmwareOf: () => undefined,

  namesOf: (_, headers, driver) => ({ file: kmodIdentity(headers, driver).fileName }),

  async write({ build, headers, driver }, choices, reporter) {
    return { file: await writeKmodPackage(build, headers, driver, choices, reporter) };
  },

  async writeCommon(_, source, __, reporter) {
    if (hasCommon(source)) {
      reporter.warn(
        `the RPM packages have only modules, not the other files of ${source.description.dkmsPackage} (udev rules, settings or firmware)`,
        'Put these files into a package of your own if the driver needs them.',
      );
    }
    return [];
  },
};
