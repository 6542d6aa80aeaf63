import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { moduleCompression } from '../../kernel/config.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { Exports } from '../../kernel/symvers.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { type ModuleFacts, readModuleFacts, type SignatureFacts } from '../format/module-facts.ts';
import { kernelAbi } from '../format/modversions.ts';
import { withoutSignatures } from '../format/signature-trailer.ts';
import type { ModuleSigner } from '../sign/module-signer.ts';
import { type SignedModule, signModule } from '../sign/sign-module.ts';
import { compressModule } from './compress-module.ts';

/** A built module in the form in which it is packed. */
export interface BuiltModule {
  /** The name of the file with its suffixes, such as hello.ko.xz. */
  readonly name: string;
  readonly file: string;
  /** The sha256, in hex, of the stripped module before signing and compression. */
  readonly sha256: string;
  readonly vermagic: string;
  /** A checksum of the module's sources, which modpost wrote into the module. Undefined if the module has none. */
  readonly srcversion: string | undefined;
  /** The build id that ld wrote. Undefined if the module has none. */
  readonly buildId: string | undefined;
  /** The firmware files that the module asks for, and the aliases of the module (modinfo(8)). */
  readonly firmware?: readonly string[];
  readonly aliases?: readonly string[];
  /** The signature, made by dkms-deb or by POST_BUILD. Undefined if the module is not signed. */
  readonly signed: SignedModule | undefined;
}

/**
 * Signs and compresses a module that was stripped and checked. If there is no signer, a signature that the module
 * already has stays.
 */
export async function finishModule(
  file: string,
  headers: KernelHeaders,
  signer: ModuleSigner | undefined,
): Promise<BuiltModule> {
  const bytes = await readFile(file);
  const { elf, signature } = await readModuleFacts(file, bytes);
  const digest = sha256(withoutSignatures(bytes));
  const signed =
    signer === undefined ? existingSignature(signature) : await signModule(file, signer, headers);
  const packed = await compressModule(file, moduleCompression(headers.config));
  return {
    name: basename(packed),
    file: packed,
    sha256: digest,
    vermagic: elf?.modinfo.first('vermagic') ?? '',
    srcversion: elf?.modinfo.first('srcversion'),
    buildId: elf?.buildId,
    firmware: elf?.modinfo.all('firmware') ?? [],
    aliases: elf?.modinfo.all('alias') ?? [],
    signed,
  };
}

/**
 * Returns the signature that a module already has. Returns undefined if the module has no signature that a kernel would
 * accept.
 */
function existingSignature(signature: SignatureFacts | undefined): SignedModule | undefined {
  const [first] = signature?.signers ?? [];
  if (signature === undefined || first === undefined) return undefined;
  return { hash: first.hash, signers: signature.signers };
}

/** Returns the ABI (kernelAbi) of several modules together. */
export function modulesAbi(
  modules: readonly ModuleFacts[],
  exported: Pick<Exports, 'get'>,
): string {
  const imports: string[] = [];
  let vermagic = '';
  for (const { elf } of modules) {
    imports.push(...(elf?.imports ?? []));
    vermagic = elf?.modinfo.first('vermagic') ?? vermagic;
  }
  return kernelAbi(imports, vermagic, exported);
}
