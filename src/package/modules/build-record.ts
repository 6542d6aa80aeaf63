import { basename } from 'node:path';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import type { CmsSigner } from '../../module/format/signature-cms.ts';
import { SIGNATURE_HASHES } from '../../module/sign/signature-hash.ts';
import type { DriverDescription } from '../driver-description.ts';

/**
 * Returns the contents of `/usr/share/<package>/build.json`: the source, the kernel and the compiler of the modules,
 * and the checksums that the modules have before signing and compression. With this record the modules can be built
 * again and compared.
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

/**
 * Returns the hash with which modules for this kernel are signed. The hash is recorded, so that the modules can be
 * signed later without the kernel's headers. This is sha256 if the kernel's configuration names none. Null if the
 * configuration is unknown.
 */
function kernelHash({ configFile, config }: KernelHeaders): string | null {
  return configFile === undefined ? null : config.get('CONFIG_MODULE_SIG_HASH') || 'sha256';
}

/** Returns a signer as modinfo prints it. */
function describeSigner({ name, keyId }: CmsSigner): { name: string | null; keyId: string } {
  return { name: name ?? null, keyId };
}

function firstLine(text: string): string | null {
  return text.split('\n')[0] || null;
}

/** A signed module in a package. */
export interface SignedPath {
  readonly path: string;
  readonly signers: readonly CmsSigner[];
}

/**
 * Returns the text of a build.json with the new signatures of the modules. A text that is not JSON with a list of
 * modules is returned unchanged.
 */
export function recordSignatures(json: Buffer, signed: readonly SignedPath[]): Buffer {
  const byName = new Map(signed.map((module) => [basename(module.path), module.signers]));
  const record = parseJson(json);
  if (!isObject(record) || !Array.isArray(record.modules)) return json;
  for (const module of record.modules as unknown[]) {
    if (!isObject(module) || typeof module.name !== 'string') continue;
    const signers = byName.get(module.name);
    if (signers === undefined) continue;
    module.signers = signers.map(describeSigner);
    module.signatureHash = signers[0]?.hash ?? null;
  }
  return Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
}

/**
 * Returns the hash with which modules of a release are signed, according to build.json. Returns undefined if build.json
 * names no hash that kernels know, or is about another release.
 */
export function recordedHash(json: Buffer, release: string): string | undefined {
  const record = parseJson(json);
  const kernel = isObject(record) ? record.kernel : undefined;
  if (!isObject(kernel) || kernel.release !== release) return undefined;
  return SIGNATURE_HASHES.find((hash) => hash === kernel.signatureHash);
}

function parseJson(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
