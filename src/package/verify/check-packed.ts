import type { X509Certificate } from 'node:crypto';
import { DkmsDebError, EXIT, ModuleBuildError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import type { ModuleSigner } from '../../module/sign/module-signer.ts';
import type { Finding } from '../../module/verify/finding.ts';
import { verifySignature } from '../../module/verify/verify-signature.ts';
import { verifyChecksums } from './verify-checksums.ts';
import { type PackageContents, readContents } from './verify-contents.ts';
import type { KnownKernel } from './verify-kernel.ts';
import { verifyPackage } from './verify-package.ts';

/** Looks at a package that was just written, before it has its name; throws `package-mismatch`. */
export type PackedCheck = (file: string) => Promise<void>;

/** Of the source, not of the packing: checkModule has warned of the same. */
const TOLD: readonly string[] = ['missing-depends', 'missing-namespace'];

/**
 * Verifies a kernel's package once more when it is packed, on its own bytes (reference: prebuilt
 * modules, B.8.3, B.8.6): as `verify` does later, against the kernel that it was built for, and
 * against the certificates of whom its modules were signed by.
 */
export function packedCheck(
  build: ModuleBuild,
  headers: KernelHeaders,
  signer: Pick<ModuleSigner, 'certificates'> | undefined,
): PackedCheck {
  // Without a signer what POST_BUILD has signed is its own business.
  const told = signer ? TOLD : [...TOLD, 'unsigned', 'bad-signature'];
  const certificates = signer?.certificates ?? [];
  const mustBeSigned = signer !== undefined;
  return async (file) => {
    const contents = await read(file, certificates);
    const { kernel: exports, others } = await build.exports();
    const kernel: KnownKernel = { ...headers, exports, missing: undefined };
    const options = { kernel, otherExports: others, certificates, mustBeSigned, evaluate: false };
    const report = await verifyPackage(contents, [], options);
    refuse(report.findings);
    for (const { facts, findings } of report.modules) {
      refuse(
        findings.filter(({ code }) => !told.includes(code)),
        facts.file,
      );
    }
  };
}

/** The same for a package without modules, such as a metapackage. */
export async function checkPacked(file: string): Promise<void> {
  const { findings } = await verifyPackage(await read(file, []), [], { evaluate: false });
  refuse(findings);
}

/**
 * Verifies what signing has written anew: the checksums, and the modules' signatures against the
 * certificates. Whatever else is wrong with the package was wrong before.
 */
export function signedCheck(certificates: readonly X509Certificate[]): PackedCheck {
  return async (file) => {
    const contents = await read(file, certificates);
    refuse(verifyChecksums(contents).filter(({ code }) => code === 'wrong-md5sums'));
    for (const { facts } of contents.modules) {
      if (facts.problem !== undefined) throw wrong(`${facts.file}: ${facts.problem}`);
      const kernel = { release: undefined, machine: undefined, config: undefined };
      const against = { ...kernel, exports: undefined, mustBeSigned: true };
      refuse(verifySignature(facts, against), facts.file);
    }
  };
}

async function read(
  file: string,
  certificates: readonly X509Certificate[],
): Promise<PackageContents> {
  try {
    return await readContents(file, certificates);
  } catch (error) {
    if (error instanceof DkmsDebError && error.code !== 'tool-missing') throw wrong(error.message);
    throw error;
  }
}

function refuse(findings: readonly Finding[], module?: string): void {
  const found = findings.find(({ level }) => level === 'error');
  if (found === undefined) return;
  throw wrong(module === undefined ? found.message : `${module}: ${found.message}`);
}

function wrong(why: string): ModuleBuildError {
  return new ModuleBuildError(
    'package-mismatch',
    EXIT.failed,
    `the package was not left there, for it is not what was to be packed: ${why}`,
    { hint: 'Try again; where it stays so, look for a full or failing disk, then report it.' },
  );
}
