import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import type { ModuleSigner } from '../../module/sign/module-signer.ts';
import type { DriverDescription } from '../../package/driver-description.ts';
import { buildRecord } from '../../package/modules/build-record.ts';
import type { KernelDependency } from '../../package/modules/package-choices.ts';
import { optionsForWritten, refuseMismatch } from '../../package/verify/check-written.ts';
import type { Reporter } from '../../report/reporter.ts';
import { checkOutputName, writeWhole } from '../../system/files/output.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { makePlaces, rpmbuild, rpmspec } from '../build/run-rpmbuild.ts';
import { verifyRpm } from '../verify/verify-rpm.ts';
import { hasKernelRelations, kmodIdentity } from './kmod-identity.ts';
import { kmodFiles, kmodSpec, licenceOfCopyright } from './kmod-spec.ts';

/** The user's choices for RPM packages with compiled modules. */
export interface KmodChoices {
  /** The output directory. */
  readonly output: string;
  /** The time stamp of all files in the package, in seconds. */
  readonly timestamp: number;
  readonly kernelDependency?: KernelDependency | undefined;
  readonly signer: ModuleSigner | undefined;
}

/**
 * Checks that rpm can read the spec of the package with the modules for one kernel. Builds nothing. Throws the errors
 * of rpmspec (`rpmbuild-failed` if rpm cannot read the spec), kmodSpec and checkOutputName.
 */
export async function checkKmodPackage(
  build: ModuleBuild,
  headers: KernelHeaders,
  driver: DriverDescription,
  { kernelDependency }: Pick<KmodChoices, 'kernelDependency'>,
): Promise<void> {
  const { name, architecture, fileName } = kmodIdentity(headers, driver);
  checkOutputName(fileName);
  const related = hasKernelRelations(headers, kernelDependency);
  await withTemporaryDirectory('kmod', async (scratch) => {
    const places = await makePlaces(scratch);
    const file = `${name}.spec`;
    const spec = kmodSpec(build, headers, driver, { related });
    await writeFile(join(places.top, 'SPECS', file), spec);
    await rpmspec(file, places, ['-q', '--target', architecture]);
  });
}

/**
 * Writes the RPM package with the modules for one kernel, by calling rpmbuild. The package is verified before it gets
 * its final name. Returns its path. Throws InputError `rpm-file-name`, `rpmbuild-failed` and ModuleBuildError
 * `package-mismatch`.
 */
export async function writeKmodPackage(
  build: ModuleBuild,
  headers: KernelHeaders,
  driver: DriverDescription,
  choices: KmodChoices,
  reporter: Pick<Reporter, 'warn'>,
): Promise<string> {
  const { output, timestamp, kernelDependency, signer } = choices;
  const { name, architecture, fileName } = kmodIdentity(headers, driver);
  if (licenceOfCopyright(driver.copyright) === undefined) {
    reporter.warn(
      'the licence is not known: debian/copyright is not machine-readable, or has an invalid License field',
      'Write debian/copyright in the format of copyright-format 1.0 (dkms-deb init does).',
    );
  }
  const related = hasKernelRelations(headers, kernelDependency);
  return withTemporaryDirectory('kmod', async (scratch) => {
    const places = await makePlaces(scratch);
    const spec = kmodSpec(build, headers, driver, { related });
    await writeFile(join(places.top, 'SPECS', `${name}.spec`), spec);
    const texts: Readonly<Record<string, string>> = {
      'build.json': buildRecord(build, headers, driver),
      copyright: driver.copyright,
    };
    for (const file of kmodFiles(build, headers, driver)) {
      const target = join(places.top, 'SOURCES', file.name);
      const module = build.modules.find((each) => each.name === file.name);
      if (module === undefined) await writeFile(target, texts[file.name] ?? '');
      else await copyFile(module.file, target);
    }
    const [built = ''] = (
      await rpmbuild('-bb', `${name}.spec`, places, { timestamp, target: architecture })
    ).files;
    refuseMismatch(await verifyRpm(built, await optionsForWritten(build, headers, signer)), signer);
    const target = join(output, fileName);
    await writeWhole(target, (temporary) => copyFile(built, temporary));
    return target;
  });
}
