import type { X509Certificate } from 'node:crypto';
import { DkmsDebError, EXIT, ModuleBuildError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import type { ModuleSigner } from '../../module/sign/module-signer.ts';
import type { Finding } from '../../module/verify/finding.ts';
import { verifySignature } from '../../module/verify/verify-signature.ts';
import type { KnownKernel } from './find-kernel.ts';
import { type PackageContents, readContents } from './package-contents.ts';
import { verifyChecksums } from './verify-checksums.ts';
import { type PackageReport, type VerifyOptions, verifyPackage } from './verify-package.ts';

/**
 * A function that checks a package which was just written under a temporary name. Throws ModuleBuildError
 * `package-mismatch`.
 */
export type WrittenCheck = (file: string) => Promise<void>;

/**
 * The codes of findings about the source. They are not a reason to refuse the package, because checkModule has already
 * warned about them.
 */
const WARNED: readonly string[] = ['missing-depends', 'missing-namespace'];

/**
 * Returns the check for a package of modules. The check is the same as that of `verify`, against the kernel that the
 * package was built for, with the certificates of the signer.
 */
export function modulesPackageCheck(
  build: ModuleBuild,
  headers: KernelHeaders,
  signer: Pick<ModuleSigner, 'certificates'> | undefined,
): WrittenCheck {
  return async (file) => {
    const options = await optionsForWritten(build, headers, signer);
    const contents = await read(file, options.certificates);
    refuseMismatch(await verifyPackage(contents, [], options), signer);
  };
}

/** Returns the options for verifying a package that was built for `headers`. */
export async function optionsForWritten(
  build: Pick<ModuleBuild, 'exports'>,
  headers: KernelHeaders,
  signer: Pick<ModuleSigner, 'certificates'> | undefined,
): Promise<VerifyOptions & { readonly certificates: readonly X509Certificate[] }> {
  const { kernel: exports, others } = await build.exports();
  const kernel: KnownKernel = { ...headers, exports, missing: undefined };
  const certificates = signer?.certificates ?? [];
  const mustBeSigned = signer !== undefined;
  return { kernel, otherExports: others, certificates, mustBeSigned, evaluate: false };
}

/**
 * Throws ModuleBuildError `package-mismatch` if the report of a package that was just written has an error. Errors of
 * modules that are about the source (WARNED) do not count. Without a signer, errors about signatures do not count.
 */
export function refuseMismatch(
  report: PackageReport,
  signer: Pick<ModuleSigner, 'certificates'> | undefined,
): void {
  // If there is no signer, a missing signature is not an error, and a signature by POST_BUILD is not checked.
  const ignored = signer ? WARNED : [...WARNED, 'unsigned', 'bad-signature'];
  refuse(report.findings);
  for (const { facts, findings } of report.modules) {
    refuse(
      findings.filter(({ code }) => !ignored.includes(code)),
      facts.file,
    );
  }
}

/**
 * Checks a package without modules, such as a metapackage. Throws ModuleBuildError `package-mismatch` if the package is
 * wrong, and SystemError `tool-missing` if a program that reads it is missing.
 */
export async function checkOtherPackage(file: string): Promise<void> {
  const { findings } = await verifyPackage(await read(file, []), [], { evaluate: false });
  refuse(findings);
}

/**
 * Returns the check for a package whose modules were signed. It checks only what signing changes: checksums and
 * signatures.
 */
export function signedPackageCheck(certificates: readonly X509Certificate[]): WrittenCheck {
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
    `discarded the package: its contents are not what was packed: ${why}`,
    { hint: 'Try again; if it happens again, check the disk for errors, then report a bug.' },
  );
}
