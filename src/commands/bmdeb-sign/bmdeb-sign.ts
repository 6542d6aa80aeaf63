import type { X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readDeb } from '../../archive/deb-reader.ts';
import { UsageError } from '../../errors.ts';
import { readCertificate } from '../../module/sign/key-files.ts';
import { signBytes } from '../../module/sign/sign-module.ts';
import {
  type ModuleToSign,
  modulesToSign,
  signPackage,
  sortByModules,
} from '../../package/sign/sign-package.ts';
import { readSignature, writeSigningRequest } from '../../package/sign/signature-request.ts';
import { prepareOutputDirectory } from '../../system/files/output.ts';
import type { CommandContext, CommandResult } from '../command-line/command.ts';
import { readSigning, type SignArguments, warnUnverified } from '../command-line/read-signing.ts';
import { forEachPackage } from './each-package.ts';
import { type HashFinder, hashFinder } from './hash-finder.ts';

export interface BmdebSignArguments extends SignArguments {
  readonly packages: readonly string[];
  readonly output: string;
  readonly request?: string | undefined;
  readonly signatures?: string | undefined;
  readonly dryRun: boolean;
}

/**
 * Signs the modules in packages: with a key, or in two steps with signatures that another machine makes. Prints the
 * paths of the written packages; with --request, the paths of the files to sign. Packages without modules, such as
 * metapackages, are skipped, so that all packages of a bmdeb run may be named.
 */
export async function bmdebSign(
  args: BmdebSignArguments,
  context: CommandContext,
): Promise<CommandResult> {
  checkWay(args);
  refuseTwins(args.packages);
  const hashOf = hashFinder(args.signHash);
  // The options are checked before any package is read.
  const signing =
    args.dryRun || args.request !== undefined ? undefined : await signerFor(args, hashOf);
  const { withModules, without } = await sortByModules(args.packages);
  for (const file of without) context.reporter.note(`Skipped ${file}: it has no modules.`);
  const some = { ...args, packages: withModules };
  const { exitStatus, document } = args.dryRun
    ? await expected(some, context)
    : signing === undefined
      ? await request(some, hashOf, context)
      : await signAll(some, signing, context);
  const passedOver = without.length > 0 ? { passedOver: without } : {};
  return { exitStatus, document: { ...document, ...passedOver } };
}

interface Done {
  readonly exitStatus: number;
  readonly document: object;
}

interface Signing {
  readonly sign: (module: ModuleToSign, file: string) => Promise<Buffer>;
  /**
   * The certificates with which the new signatures are verified. [] if no certificate is given; the signatures are then
   * not verified.
   */
  readonly certificates: readonly X509Certificate[];
}

async function signAll(
  args: BmdebSignArguments,
  { sign, certificates }: Signing,
  context: CommandContext,
): Promise<Done> {
  const output = resolve(args.output);
  await prepareOutputDirectory(output);
  if (certificates.length === 0) warnUnverified(context.reporter);
  const signOne = async (file: string) => {
    context.reporter.progress(`signing ${file}`);
    const target = join(output, basename(file));
    const signOneModule = (module: ModuleToSign) => sign(module, file);
    const modules = await signPackage(file, target, signOneModule, certificates);
    context.print(target);
    return {
      file: target,
      modules: modules.map(({ path, signers }) => ({
        path,
        signers: signers.map(({ name, keyId, hash }) => ({ name, keyId, hash })),
      })),
    };
  };
  const worked = await forEachPackage(args.packages, context.reporter, signOne);
  const { exitStatus, results: packages, failed } = worked;
  return { exitStatus, document: { packages, ...failed } };
}

/** Prints what a real run would print, for --dry-run: the paths of packages or of files to sign. Reads no key. */
async function expected(
  { packages, output, request: place }: BmdebSignArguments,
  context: CommandContext,
): Promise<Done> {
  const documents: unknown[] = [];
  for (const file of packages) {
    const modules = await modulesToSign(await readDeb(file));
    const directory = place === undefined ? '' : requestDirectory(file, place, packages);
    const files =
      place === undefined
        ? [join(resolve(output), basename(file))]
        : modules.map(({ sha256 }) => join(directory, `${sha256}.ko`));
    for (const path of files) context.print(path);
    documents.push({ file, files });
  }
  return { exitStatus: 0, document: { expected: documents } };
}

/**
 * Returns the directory for the signing request of a package. If there are several packages, each gets its own
 * subdirectory, because each request has its own request.json.
 */
function requestDirectory(file: string, place: string, packages: readonly string[]): string {
  return packages.length === 1 ? place : join(place, basename(file, '.deb'));
}

/**
 * Returns the directory with the signatures for a package: the subdirectory with the name of the package if it exists,
 * otherwise `place` itself.
 */
async function answerDirectory(file: string, place: string): Promise<string> {
  const own = join(place, basename(file, '.deb'));
  const found = await stat(own).catch(() => undefined);
  return found?.isDirectory() ? own : place;
}

/**
 * Throws UsageError if the options name no way of signing or several ways. Also throws UsageError if there are options
 * that the chosen way would ignore.
 */
function checkWay(args: BmdebSignArguments): void {
  const { request, signatures, signCert, signHash, signTimeout } = args;
  const ways = [args.signKey?.length || args.signCommand, request, signatures];
  if (ways.filter(Boolean).length !== 1) {
    throw new UsageError(
      'exactly one of --sign-key, --sign-command, --request and --signatures is required',
    );
  }
  if (request !== undefined && signCert?.length) {
    throw new UsageError('--sign-cert cannot be combined with --request, which does not sign');
  }
  if ((request ?? signatures) !== undefined && signTimeout !== undefined) {
    throw new UsageError('--sign-timeout needs --sign-key or --sign-command');
  }
  if (signatures !== undefined && signHash !== undefined) {
    throw new UsageError('--sign-hash cannot be combined with --signatures');
  }
}

/** Throws UsageError if two different packages have the same file name: one result would overwrite the other. */
function refuseTwins(packages: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const file of packages) {
    const other = seen.get(basename(file));
    if (other !== undefined && resolve(other) !== resolve(file)) {
      throw new UsageError(`${other} and ${file} have the same file name`, {
        hint: 'Sign the two packages separately, each with its own directory: -o DIR, --request DIR.',
      });
    }
    seen.set(basename(file), file);
  }
}

async function signerFor(args: BmdebSignArguments, hashOf: HashFinder): Promise<Signing> {
  const { signatures } = args;
  if (signatures !== undefined) {
    const certificates = await Promise.all((args.signCert ?? []).map(readCertificate));
    const sign = async (module: ModuleToSign, file: string) =>
      readSignature(await answerDirectory(file, signatures), module, certificates);
    return { sign, certificates };
  }
  const signer = await readSigning(args);
  if (signer === undefined) throw new UsageError('--sign-key or --sign-command is required');
  return {
    sign: async (module) => signBytes(module.unsigned, module.name, signer, await hashOf(module)),
    certificates: signer.certificates,
  };
}

async function request(
  args: BmdebSignArguments,
  hashOf: HashFinder,
  context: CommandContext,
): Promise<Done> {
  const directory = args.request ?? '';
  await prepareOutputDirectory(resolve(directory), '--request DIR');
  const ask = async (file: string) => {
    const place = requestDirectory(file, directory, args.packages);
    const written = await writeSigningRequest(file, place, hashOf);
    for (const { sha256 } of written.files) context.print(join(place, `${sha256}.ko`));
    return written;
  };
  const worked = await forEachPackage(args.packages, context.reporter, ask);
  const { exitStatus, results: requests, failed } = worked;
  return { exitStatus, document: { requests, ...failed } };
}
