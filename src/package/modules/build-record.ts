import type { KernelHeaders } from '../../kernel/headers.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import type { CmsSigner } from '../../module/format/signature-cms.ts';
import type { DriverDescription } from '../driver-description.ts';

/**
 * `/usr/share/<package>/build.json`: of what, for which kernel and with which compiler the modules
 * were built, and what they were before signing and compression: enough to build them again and compare.
 */
export function buildRecord(
  build: ModuleBuild,
  headers: KernelHeaders,
  driver: Pick<DriverDescription, 'source' | 'sourceVersion'>,
): string {
  const record = {
    schema: 1,
    source: { name: driver.source, version: driver.sourceVersion, sha256: build.inputs.source },
    dkms: { name: build.conf.name, version: build.conf.version },
    kernel: {
      release: headers.release,
      version: headers.packageVersion ?? null,
      architecture: headers.architecture,
      abi: build.abi,
      symversSha256: build.inputs.symvers,
      configSha256: build.inputs.configuration,
      signatureHash: kernelHash(headers),
    },
    compiler: { command: build.compiler, version: firstLine(build.inputs.compiler) },
    pahole: firstLine(build.inputs.pahole),
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
      srcversion: module.srcversion ?? null,
      buildId: module.buildId ?? null,
      signers: (module.signed?.signers ?? []).map(describeSigner),
      signatureHash: module.signed?.hash ?? null,
    })),
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** What modules of that kernel are signed with: for who signs the package without having its headers. */
function kernelHash({ configFile, config }: KernelHeaders): string | null {
  return configFile === undefined ? null : config.get('CONFIG_MODULE_SIG_HASH') || 'sha256';
}

/** Who signed, as modinfo shows it; for the record of a package that is signed later, too. */
export function describeSigner({ name, keyId }: CmsSigner): { name: string | null; keyId: string } {
  return { name: name ?? null, keyId };
}

function firstLine(text: string): string | null {
  return text.split('\n')[0] || null;
}
