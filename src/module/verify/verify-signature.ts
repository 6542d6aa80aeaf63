import type { SignatureCheck } from '../format/check-signature.ts';
import type { ModuleFacts } from '../format/module-facts.ts';
import type { Finding } from './finding.ts';
import type { VerifyAgainst } from './verify-against.ts';

/** Who signed the module, with what; against the certificates that the facts were read with. */
export function verifyModuleSignature(
  { signature }: ModuleFacts,
  { config, mustBeSigned }: VerifyAgainst,
): Finding[] {
  if (signature === undefined) {
    if (config?.get('CONFIG_MODULE_SIG_FORCE') === 'y') {
      return [error('unsigned', 'it is not signed, and the kernel takes only signed modules')];
    }
    if (mustBeSigned) return [error('unsigned', 'it is not signed')];
    const message = 'it is not signed: a kernel under Secure Boot will not take it';
    return [{ level: 'ok', code: 'unsigned', message }];
  }
  if (signature.problem !== undefined) {
    return [error('bad-signature', `its signature: ${signature.problem}`)];
  }
  const findings: Finding[] = signature.signers.map(({ name, keyId, hash }) => ({
    level: 'ok',
    code: 'signed',
    message: `signed by ${name ?? 'a key'} (${keyId}, ${hash})`,
  }));
  if (signature.nested) {
    const message = 'a signature lies inside the signature: it was signed twice';
    findings.push({ level: 'warning', code: 'nested-signatures', message });
  }
  const wanted = config?.get('CONFIG_MODULE_SIG_HASH');
  const other = signature.signers.find(({ hash }) => wanted && hash !== wanted);
  if (other !== undefined) {
    // Any hash that the kernel has compiled in will do, but this is the one it is sure to have.
    const message = `it is signed with ${other.hash}, the kernel's own modules with ${wanted}`;
    findings.push({ level: 'warning', code: 'signature-hash', message });
  }
  return [...findings, ...signature.checks.map(verifyOwner)];
}

function verifyOwner(check: SignatureCheck): Finding {
  if (check.signer === undefined) {
    return error('other-signer', 'none of its signatures is by the key of the certificate');
  }
  if (check.valid) {
    const message = 'the signature by the key of the certificate is right';
    return { level: 'ok', code: 'signature', message };
  }
  const why = check.output.at(-1) ?? '';
  return error('wrong-signature', `the signature by the key of the certificate is wrong: ${why}`);
}

function error(code: string, message: string): Finding {
  return { level: 'error', code, message };
}
