import { basename } from 'node:path';
import type { CmsSigner } from '../../module/format/signature-cms.ts';
import { SIGNATURE_HASHES } from '../../module/sign/signature-hash.ts';
import { describeSigner } from '../modules/build-record.ts';

export interface SignedPath {
  readonly path: string;
  readonly signers: readonly CmsSigner[];
}

/**
 * build.json with the signatures in it that its package now has, in the form of build-record.ts.
 * What is no record of ours stays as it is.
 */
export function recordSignatures(json: Buffer, signed: readonly SignedPath[]): Buffer {
  const byName = new Map(signed.map((module) => [basename(module.path), module.signers]));
  const record = parse(json);
  if (!isRecord(record) || !Array.isArray(record.modules)) return json;
  for (const module of record.modules as unknown[]) {
    if (!isRecord(module) || typeof module.name !== 'string') continue;
    const signers = byName.get(module.name);
    if (signers === undefined) continue;
    module.signers = signers.map(describeSigner);
    module.signatureHash = signers[0]?.hash ?? null;
  }
  return Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
}

/** The hash for modules of a release, as build.json of their package says it; undefined where it does not. */
export function recordedHash(json: Buffer, release: string): string | undefined {
  const record = parse(json);
  const kernel = isRecord(record) ? record.kernel : undefined;
  if (!isRecord(kernel) || kernel.release !== release) return undefined;
  return SIGNATURE_HASHES.find((hash) => hash === kernel.signatureHash);
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
