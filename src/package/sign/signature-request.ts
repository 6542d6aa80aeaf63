import type { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readDeb } from '../../archive/deb-reader.ts';
import { ArchiveError, readingHint } from '../../errors.ts';
import { checkCms } from '../../module/format/check-cms.ts';
import { type CmsSigner, readCms } from '../../module/format/signature-cms.ts';
import { signingError } from '../../module/sign/module-signer.ts';
import { ifThere } from '../../system/files/if-there.ts';
import { publishTogether } from '../../system/files/publish.ts';
import { readTreeFile, readTreeText } from '../../system/files/read-tree-file.ts';
import { reasonOf } from '../../system/process/refusal.ts';
import { type ModuleToSign, modulesToSign } from './sign-package.ts';

/** A request for the signature of one module. */
export interface RequestedSignature {
  /** The type of the signature, as Debian's signing service expects it in its files.json. */
  readonly sig_type: 'linux-module';
  /** The path of the module in the package. */
  readonly file: string;
  /**
   * The sha256 of the bytes that are to be signed. These bytes are in the file `<sha256>.ko` in the directory of
   * request.json.
   */
  readonly sha256: string;
  readonly hash: string;
}

/** The contents of request.json. With this file a person or service that has the key is asked to sign modules. */
export interface SigningRequest {
  readonly schema: 1;
  /** The file name of the package. */
  readonly deb: string;
  readonly files: readonly RequestedSignature[];
}

/**
 * Writes request.json and the files to sign into `directory`. For each `<sha256>.ko` somebody makes the signature
 * `<sha256>.p7s`, with `openssl cms -sign -binary -noattr -nosmimecap -nocerts -outform DER` or `sign-file -d`.
 * `hashOf` returns CONFIG_MODULE_SIG_HASH of a module's kernel. All files get their final names together,
 * request.json last.
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
  const write = async (staging: string) => {
    const contents = new Map<string, Buffer | string>();
    for (const { sha256, unsigned } of modules) contents.set(`${sha256}.ko`, unsigned);
    contents.set('request.json', `${JSON.stringify(request, null, 2)}\n`);
    for (const [name, content] of contents) await writeFile(join(staging, name), content);
    return [...contents.keys()];
  };
  await publishTogether(resolve(directory), write, '--request DIR');
  return request;
}

/**
 * Reads the file with the signatures of one module that were made on another machine. If request.json still exists, the
 * signature must have the hash that request.json asks for. The file must have a valid signature for each certificate.
 * Throws signingError `signature-missing` for a file that is missing or cannot be read, `signature-malformed` for one
 * that is not CMS in DER, and `signature-wrong` for another hash or a signature that is not valid.
 */
export async function readSignature(
  directory: string,
  module: ModuleToSign,
  certificates: readonly X509Certificate[],
): Promise<Buffer> {
  const wanted = await requestedHash(directory, module);
  const file = join(directory, `${module.sha256}.p7s`);
  const where = { file };
  let cms: Buffer | undefined;
  try {
    cms = await ifThere(readTreeFile(file));
  } catch (cause) {
    const why = `the signature of ${module.path} cannot be read: ${reasonOf(cause)}`;
    throw signingError('signature-missing', why, {
      where,
      hint: readingHint(cause, 'Put a regular file with the signature at this path.'),
      cause,
    });
  }
  if (cms === undefined) {
    throw signingError('signature-missing', `no signature found for ${module.path}`, {
      where,
      hint: 'Sign the files that dkms-deb bmdeb-sign --request wrote: for each X.ko write a detached CMS in DER to X.p7s.',
    });
  }
  let signers: CmsSigner[];
  try {
    signers = readCms(cms);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw signingError('signature-malformed', error.message, {
      where,
      hint: 'Write a detached CMS in DER: openssl cms -sign -binary -noattr -nosmimecap -nocerts -outform DER.',
    });
  }
  const other = signers.find(({ hash }) => wanted !== undefined && hash !== wanted);
  if (other !== undefined) {
    const message = `the signature of ${module.path} has the hash ${other.hash}, but request.json asks for ${wanted}`;
    throw signingError('signature-wrong', message, {
      where,
      hint: `Sign the module again: openssl cms -sign -md ${wanted} …, or sign-file -d ${wanted} ….`,
    });
  }
  for (const certificate of certificates) {
    const { valid, output } = await checkCms(module.unsigned, signers, certificate);
    if (valid) continue;
    const who = certificate.subject.replaceAll('\n', ', ');
    const message = `the file has no valid signature of ${who} for ${module.path}`;
    throw signingError('signature-wrong', message, { where, output });
  }
  return cms;
}

/**
 * Returns the hash that request.json in the directory asks for; undefined if the file is missing or malformed, or does
 * not name the module.
 */
async function requestedHash(
  directory: string,
  { sha256 }: ModuleToSign,
): Promise<string | undefined> {
  try {
    const text = await readTreeText(join(directory, 'request.json'));
    const { files } = JSON.parse(text) as Partial<SigningRequest>;
    return files?.find((file) => file.sha256 === sha256)?.hash;
  } catch {
    return undefined;
  }
}
