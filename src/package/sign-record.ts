import { basename } from 'node:path';
import { describeSigner } from './build-record.ts';
import type { SignedPath } from './sign-modules.ts';

/**
 * build.json with the signatures in it that its package now has, in the form of build-record.ts.
 * What is no record of ours stays as it is.
 */
export function recordSignatures(json: Buffer, signed: readonly SignedPath[]): Buffer {
  const byName = new Map(signed.map((module) => [basename(module.path), module.signers]));
  let record: unknown;
  try {
    record = JSON.parse(json.toString('utf8'));
  } catch {
    return json;
  }
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
