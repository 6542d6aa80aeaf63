import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { moduleCompression } from '../../kernel/config.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { Exports } from '../../kernel/symvers.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { type ModuleFacts, readModuleFacts, type SignatureFacts } from '../format/module-facts.ts';
import { kernelAbi } from '../format/modversions.ts';
import { withoutSignatures } from '../format/signature-trailer.ts';
import { type SignedModule, signModule } from '../sign/sign-module.ts';
import type { ModuleSigner } from '../sign/signing.ts';
import { compressModule } from './compress.ts';

/** A module as it goes into a package: `name` has the suffixes (.ko, .ko.xz, …). */
export interface BuiltModule {
  readonly name: string;
  readonly file: string;
  /** Of the module stripped, but not compressed and without any signature. */
  readonly sha256: string;
  readonly vermagic: string;
  /** Of its sources (modpost) and of its code (ld); undefined in a module without. */
  readonly srcversion: string | undefined;
  readonly buildId: string | undefined;
  /** By us, or by POST_BUILD; undefined: not signed. */
  readonly signed: SignedModule | undefined;
}

/** Signs and compresses a module that was stripped and checked; notes what it was before. */
export async function finishModule(
  file: string,
  headers: KernelHeaders,
  signer: ModuleSigner | undefined,
): Promise<BuiltModule> {
  const bytes = await readFile(file);
  const { elf, signature } = await readModuleFacts(file, bytes);
  const digest = sha256(withoutSignatures(bytes).unsigned);
  const signed = signer === undefined ? asItIs(signature) : await signModule(file, signer, headers);
  const packed = await compressModule(file, moduleCompression(headers.config));
  return {
    name: basename(packed),
    file: packed,
    sha256: digest,
    vermagic: elf?.modinfo.first('vermagic') ?? '',
    srcversion: elf?.modinfo.first('srcversion'),
    buildId: elf?.buildId,
    signed,
  };
}

/** The signature that a module has already; one that no kernel takes is none. */
function asItIs(signature: SignatureFacts | undefined): SignedModule | undefined {
  const [first] = signature?.signers ?? [];
  if (signature === undefined || first === undefined) return undefined;
  return { hash: first.hash, signers: signature.signers, replaced: 0 };
}

/** One number for what all modules together need of the kernel: its imports' CRCs and the vermagic. */
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
