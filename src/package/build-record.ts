import type { KernelHeaders } from '../kernel/headers.ts';
import type { ModuleBuild } from '../module/build.ts';
import type { DriverDescription } from './modules-package.ts';

/**
 * `/usr/share/<package>/build.json`: of what, for which kernel and with which compiler the modules
 * were built, and what they were before signing and compression: enough to build them again and compare.
 */
export function buildRecord(
  build: ModuleBuild,
  headers: KernelHeaders,
  driver: Pick<DriverDescription, 'source' | 'version'>,
): string {
  const record = {
    schema: 1,
    source: { name: driver.source, version: driver.version },
    dkms: { name: build.conf.name, version: build.conf.version },
    kernel: {
      release: headers.release,
      version: headers.packageVersion ?? null,
      architecture: headers.architecture,
      abi: build.abi,
    },
    compiler: build.compiler,
    ...(build.dependencies.length > 0 && {
      buildDepends: build.dependencies.map(({ name, version, package: from }) => ({
        name,
        version: version ?? null,
        package: from === undefined ? null : `${from.name} (= ${from.version})`,
      })),
    }),
    modules: build.modules.map((module) => ({
      name: module.name,
      sha256: module.sha256,
      vermagic: module.vermagic,
      signers: module.signed?.signers.length ?? 0,
      signatureHash: module.signed?.hash ?? null,
    })),
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}
