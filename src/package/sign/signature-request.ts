import type { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readDeb } from '../../archive/deb-reader.ts';
import { ArchiveError } from '../../errors.ts';
import { checkCms } from '../../module/format/check-cms.ts';
import { type CmsSigner, readCms } from '../../module/format/signature-cms.ts';
import { signingError } from '../../module/sign/module-signer.ts';
import { publishTogether } from '../../system/files/publish.ts';
import { type ModuleToSign, modulesToSign } from './sign-package.ts';

/** One file that is to be signed. */
export interface RequestedSignature {
  /** As in the files.json of Debian's signing service. */
  readonly sig_type: 'linux-module';
  /** Path in the package, where that service wants it too. */
  readonly file: string;
  /** Of the bytes to be signed, which lie beside the request as `<sha256>.ko`. */
  readonly sha256: string;
  readonly hash: string;
}

/** request.json: what a person or service with the key is asked for. */
export interface SigningRequest {
  readonly schema: 1;
  /** File name of the package. */
  readonly deb: string;
  readonly files: readonly RequestedSignature[];
}

/**
 * Writes a request into `directory`: request.json and the bytes to be signed. The answer is, for each
 * of them, `<sha256>.p7s`: what `openssl cms -sign -binary -noattr -nosmimecap -nocerts -outform DER`
 * or `sign-file -d` makes. `hashOf` tells CONFIG_MODULE_SIG_HASH of a module's kernel. All files get their names
 * together, request.json last.
 */
export async function writeSigningRequest(
  deb: string,
  directory: string,
  hashOf: (module: ModuleToSign) => Promise<string>,
): Promise<SigningRequest> {
  const files: RequestedSignature[] = [];
  const modules = await modulesToSign(await readDeb(deb));
  for (const module of modules) {
    const { path, sha256 } = module;
    files.push({ sig_type: 'linux-module', file: path, sha256, hash: await hashOf(module) });
  }
  const request: SigningRequest = { schema: 1, deb: basename(deb), files };
  await publishTogether(resolve(directory), async (staging) => {
    const contents = new Map<string, Buffer | string>();
    for (const { sha256, unsigned } of modules) contents.set(`${sha256}.ko`, unsigned);
    contents.set('request.json', `${JSON.stringify(request, null, 2)}\n`);
    for (const [name, content] of contents) await writeFile(join(staging, name), content);
    return [...contents.keys()];
  });
  return request;
}

/**
 * The answer to a request for one module; for signPackage. It must be with the hash that request.json
 * asks for, where that is still there, and by the key of every certificate. signingError `signature-missing`, `signature-malformed`, `signature-wrong`.
 */
export async function readSignature(
  directory: string,
  module: ModuleToSign,
  certificates: readonly X509Certificate[],
): Promise<Buffer> {
  const wanted = await requestedHash(directory, module);
  const file = join(directory, `${module.sha256}.p7s`);
  const where = { file };
  let cms: Buffer;
  try {
    cms = await readFile(file);
  } catch (cause) {
    throw signingError('signature-missing', `there is no signature for ${module.path}`, {
      where,
      hint: 'Sign what dkms-deb bmdeb-sign --request wrote: for each X.ko a detached CMS in DER, X.p7s.',
      cause,
    });
  }
  let signers: CmsSigner[];
  try {
    signers = readCms(cms);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw signingError('signature-malformed', error.message, {
      where,
      hint: 'A detached CMS in DER: openssl cms -sign -binary -noattr -nosmimecap -nocerts -outform DER.',
    });
  }
  const other = signers.find(({ hash }) => wanted !== undefined && hash !== wanted);
  if (other !== undefined) {
    const message = `the signature of ${module.path} is with ${other.hash}, request.json wants ${wanted}`;
    throw signingError('signature-wrong', message, {
      where,
      hint: `Sign it again: openssl cms -sign -md ${wanted} …, or sign-file -d ${wanted} ….`,
    });
  }
  for (const certificate of certificates) {
    const { valid, output } = await checkCms(module.unsigned, signers, certificate);
    if (valid) continue;
    const who = certificate.subject.replaceAll('\n', ', ');
    const message = `this is no signature of ${who} over ${module.path}`;
    throw signingError('signature-wrong', message, { where, output });
  }
  return cms;
}

/** What the request in the same directory asks for; undefined where it is gone, or is none. */
async function requestedHash(
  directory: string,
  { sha256 }: ModuleToSign,
): Promise<string | undefined> {
  try {
    const text = await readFile(join(directory, 'request.json'), 'utf8');
    const { files } = JSON.parse(text) as Partial<SigningRequest>;
    return files?.find((file) => file.sha256 === sha256)?.hash;
  } catch {
    return undefined;
  }
}
