import { familyOfRelease } from '../../kernel/kernel-family.ts';
import { dbgsymIdentity, stageDbgsymPackage } from '../../package/modules/dbgsym-package.ts';
import { checkKernelVersion } from '../../package/modules/kernel-relations.ts';
import { modulesIdentity, stageModulesPackage } from '../../package/modules/modules-package.ts';
import { writeCachedPackage } from '../../package/modules/package-cache.ts';
import { checkPackage, type StagedPackage, writePackage } from '../../package/staged-package.ts';
import { modulesPackageCheck } from '../../package/verify/check-written.ts';
import type { Reporter } from '../../report/reporter.ts';
import { checkOutputName } from '../../system/files/output.ts';
import type { KernelPackages, ModulesFormat, PackageChoices, PackInput } from './package-format.ts';
import { stageCommon, writeCommonPackages } from './write-common.ts';

/** The packages for Debian: `<name>-modules-<release>`, their -dbgsym packages, and `<name>-modules-common`. */
export const debFormat: ModulesFormat = {
  checkKernel: (headers, { kernelDependency }, reporter) =>
    checkKernelVersion(headers, kernelDependency, reporter),

  checkPackages: async (build, headers, source, choices) => {
    const { description, timestamp } = source;
    const common = await stageCommon(build.conf.name, source);
    const options = { ...choices, timestamp, common: common !== undefined };
    checkPackage(await stageModulesPackage(build, headers, description, options));
    if (common !== undefined) checkPackage(common);
    if (choices.dbgsym) {
      checkOutputName(dbgsymIdentity(build.conf.name, headers, description).fileName);
    }
  },

  firmwareOf: ({ release, family = familyOfRelease(release) }) => family,

  namesOf: (dkmsName, headers, driver, { dbgsym }) => {
    const { fileName: file } = modulesIdentity(dkmsName, headers, driver);
    if (!dbgsym) return { file };
    return { file, dbgsym: dbgsymIdentity(dkmsName, headers, driver).fileName };
  },

  write: async (input, choices, reporter) => ({
    ...(await writeKernelPackages(input, choices, reporter)),
    buildKey: input.buildKey,
  }),

  writeCommon: writeCommonPackages,
};

/** Writes the package of modules, and then its -dbgsym package, which depends on it. */
async function writeKernelPackages(
  { build, headers, driver, ...input }: PackInput,
  choices: PackageChoices,
  reporter: Reporter,
): Promise<KernelPackages> {
  const { output, timestamp, dbgsym } = choices;
  const write = (one: StagedPackage) =>
    choices.cache
      ? writeCachedPackage(one, output, check, reporter)
      : writePackage(one, output, check, reporter);
  const check = modulesPackageCheck(build, headers, choices.signer);
  const staged = await stageModulesPackage(build, headers, driver, { ...choices, ...input });
  const symbols = dbgsym && (await stageDbgsymPackage(build, headers, driver, { timestamp }));
  if (dbgsym && build.debug.length < build.modules.length) {
    reporter.warn(
      `${headers.release}: ${build.modules.length - build.debug.length} of ${build.modules.length} modules have no debug data`,
      'Build for a kernel with CONFIG_DEBUG_INFO, and check that the Makefile does not remove -g.',
    );
  }
  const file = await write(staged);
  return symbols ? { file, dbgsym: await write(symbols) } : { file };
}
