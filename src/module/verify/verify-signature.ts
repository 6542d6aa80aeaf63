import type { CmsCheck } from '../format/check-cms.ts';
import type { ModuleFacts } from '../format/module-facts.ts';
import { error, type Finding, ok, warning } from './finding.ts';
import type { VerifyAgainst } from './verify-against.ts';

/** Reports the signers of a module, and the checks with the certificates given to readModuleFacts. */
export function verifySignature(
  { signature }: ModuleFacts,
  { config, mustBeSigned }: VerifyAgainst,
): Finding[] {
  if (signature === undefined) {
    if (config?.get('CONFIG_MODULE_SIG_FORCE') === 'y') {
      return [error('unsigned', 'it is not signed, but the kernel loads only signed modules')];
    }
    if (mustBeSigned) return [error('unsigned', 'it is not signed')];
    const message = 'it is not signed: under Secure Boot the kernel will not load it';
    return [ok('unsigned', message)];
  }
  if (signature.problem !== undefined) {
    return [error('bad-signature', `its signature: ${signature.problem}`)];
  }
  const findings: Finding[] = signature.signers.map(({ name, keyId, hash }) => ({
    level: 'ok',
    code: 'signed',
    message: `signed by ${name ?? 'an unnamed key'} (${keyId}, ${hash})`,
  }));
  if (signature.nested) {
    const message = 'it was signed twice: one signature covers the other';
    findings.push(warning('nested-signatures', message));
  }
  const wanted = config?.get('CONFIG_MODULE_SIG_HASH');
  const other = signature.signers.find(({ hash }) => wanted && hash !== wanted);
  if (other !== undefined) {
    // The kernel accepts every hash that is built into it, but only the hash of its own signatures is certainly
    // built in.
    const message = `its signature has the hash ${other.hash}; the hash of the kernel's own modules is ${wanted}`;
    findings.push(warning('signature-hash', message));
  }
  return [...findings, ...signature.checks.map(verifyOwner)];
}

function verifyOwner(check: CmsCheck): Finding {
  if (check.signer === undefined) {
    return error('other-signer', 'none of its signatures was made with the key of the certificate');
  }
  if (check.valid) {
    const message = 'its signature is valid for the certificate';
    return ok('signature', message);
  }
  const why = check.output.at(-1) ?? '';
  return error('wrong-signature', `its signature is not valid for the certificate: ${why}`);
}
