import type { X509Certificate } from 'node:crypto';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DebReader, readDeb } from '../../archive/deb-reader.ts';
import { type Compression, type ControlMember, writeDeb } from '../../archive/deb-writer.ts';
import { installedSize } from '../../archive/staged/installed-size.ts';
import { md5sums } from '../../archive/staged/md5sums.ts';
import { StagedTree } from '../../archive/staged/staged-tree.ts';
import { compressModule } from '../../module/compile/compress-module.ts';
import { compressionOf, decompressModule } from '../../module/format/module-bytes.ts';
import { installedModulePath, moduleStem } from '../../module/format/module-path.ts';
import { readCms } from '../../module/format/signature-cms.ts';
import { appendSignature, withoutSignatures } from '../../module/format/signature-trailer.ts';
import { signingError } from '../../module/sign/module-signer.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { moduleSigners } from '../modules/build-key.ts';
import { recordedHash, recordSignatures, type SignedPath } from '../modules/build-record.ts';
import { signedPackageCheck } from '../verify/check-written.ts';

/** A module of a package, and the bytes that are to be signed. */
export interface ModuleToSign {
  /** The path of the module in the package. */
  readonly path: string;
  readonly release: string;
  /** The name of the module's file, without the suffix of its compression. */
  readonly name: string;
  /** The bytes of the module, without compression and signatures. */
  readonly unsigned: Buffer;
  /** The sha256 of `unsigned`, in hex. */
  readonly sha256: string;
  /** CONFIG_MODULE_SIG_HASH of the module's kernel. Undefined if the package's build record does not have it. */
  readonly kernelHash: string | undefined;
}

/**
 * Divides packages into packages with modules and packages without modules, such as -dbgsym packages and metapackages.
 * Throws signingError `no-modules` if no package has modules.
 */
export async function sortByModules(
  files: readonly string[],
): Promise<{ withModules: string[]; without: string[] }> {
  const withModules: string[] = [];
  const without: string[] = [];
  for (const file of files) ((await hasModules(file)) ? withModules : without).push(file);
  if (withModules.length > 0) return { withModules, without };
  const [file = ''] = without;
  if (without.length === 1) {
    throw signingError('no-modules', 'the package has no modules', { where: { file } });
  }
  throw signingError('no-modules', 'none of the packages has modules', {
    hint: 'Name packages of compiled modules: <name>-modules-<release>_….deb.',
  });
}

async function hasModules(file: string): Promise<boolean> {
  for await (const { entry } of (await readDeb(file)).contents()) {
    if (entry.type === 'file' && installedModulePath(entry.path) !== undefined) return true;
  }
  return false;
}

/** Returns the modules of a package in the order of data.tar. */
export async function modulesToSign(deb: DebReader): Promise<ModuleToSign[]> {
  const modules: Omit<ModuleToSign, 'kernelHash'>[] = [];
  const record = recordPath(deb);
  let json: Buffer | undefined;
  for (const { path, type } of await deb.entries()) {
    if (type === 'file' && path === record) json = await deb.file(path);
    const release = installedModulePath(path)?.release;
    if (release === undefined || type !== 'file') continue;
    const unsigned = withoutSignatures(await decompressModule(await deb.file(path)));
    const name = `${moduleStem(path)}.ko`;
    modules.push({ path, release, name, unsigned, sha256: sha256(unsigned) });
  }
  return modules.map((module) => ({
    ...module,
    kernelHash: json && recordedHash(json, module.release),
  }));
}

/**
 * Writes a copy of the package `file` to `target`, in which the modules are signed. `sign` returns the detached CMS for
 * a module. Apart from the modules, only md5sums, Installed-Size, Module-Signers and the build record change, so the
 * copy equals a package that was built with the signatures. The signatures are checked with `certificates` before
 * `target` exists. Returns the signed modules.
 */
export async function signPackage(
  file: string,
  target: string,
  sign: (module: ModuleToSign) => Promise<Buffer>,
  certificates: readonly X509Certificate[] = [],
): Promise<SignedPath[]> {
  const deb = await readDeb(file);
  const modules = await modulesToSign(deb);
  return withTemporaryDirectory('sign', async (directory) => {
    const root = join(directory, 'root');
    await deb.extractTo(root);
    const signed: SignedPath[] = [];
    for (const module of modules) {
      const cms = await sign(module);
      signed.push({ path: module.path, signers: readCms(cms) });
      const whole = appendSignature(module.unsigned, cms);
      await replace(join(root, module.path), (old) =>
        recompress(directory, module.name, whole, old),
      );
    }
    const record = recordPath(deb);
    if ((await deb.entries()).some(({ path, type }) => path === record && type === 'file')) {
      await replace(join(root, record), async (old) => recordSignatures(old, signed));
    }
    const tree = await StagedTree.fromDirectory(root);
    const control = await controlMembers(deb, tree, signed);
    const timestamp = deb.members[0]?.mtime ?? 0;
    const compression = compressionOfDeb(deb);
    const check = signedPackageCheck(certificates);
    await writeDeb(target, { control, tree, timestamp, compression, check });
    return signed;
  });
}

/** Compresses a signed module in the same way as the file `old`, with kbuild's options. */
async function recompress(directory: string, name: string, whole: Buffer, old: Buffer) {
  const file = join(directory, name);
  await writeFile(file, whole);
  return readFile(await compressModule(file, compressionOf(old)));
}

/** Changes the bytes of a file, but not its time stamp. */
async function replace(file: string, change: (old: Buffer) => Promise<Buffer>): Promise<void> {
  const old = await readFile(file);
  const { mtime } = await stat(file);
  await writeFile(file, await change(old));
  await utimes(file, mtime, mtime);
}

async function controlMembers(
  deb: DebReader,
  tree: StagedTree,
  signed: readonly SignedPath[],
): Promise<ControlMember[]> {
  const conffiles = (deb.control.get('conffiles')?.toString('utf8') ?? '').split('\n');
  const members: ControlMember[] = [];
  for (const { path: name, type, mode } of deb.controlEntries) {
    if (type !== 'file' || dirname(name) !== '.') continue;
    let bytes = deb.control.get(name) ?? Buffer.alloc(0);
    if (name === 'md5sums') bytes = Buffer.from(await md5sums(tree, { conffiles }));
    if (name === 'control') {
      const size = `Installed-Size: ${installedSize(tree)}`;
      const text = bytes.toString('latin1').replace(/^Installed-Size: \d+$/m, size);
      bytes = Buffer.from(withSigners(text, signed), 'latin1');
    }
    members.push({ name, bytes, mode: mode & 0o777 });
  }
  return members;
}

/**
 * Returns a control file with the field Module-Signers, which stands last as in a package that bmdeb signed. The field
 * is missing if there are no signers.
 */
function withSigners(control: string, signed: readonly SignedPath[]): string {
  const others = control.replace(/^Module-Signers:.*\n/m, '');
  const signers = moduleSigners(signed.flatMap((module) => module.signers));
  return signers === undefined ? others : `${others}Module-Signers: ${signers}\n`;
}

/** Returns the path of the build record in a package (buildRecord). */
function recordPath(deb: DebReader): string {
  const control = deb.control.get('control')?.toString('utf8') ?? '';
  return `usr/share/${/^Package: *(\S+)$/m.exec(control)?.[1] ?? ''}/build.json`;
}

function compressionOfDeb(deb: DebReader): Compression {
  const name = deb.members.find((member) => member.name.startsWith('data.tar'))?.name ?? '';
  if (name.endsWith('.zst')) return { type: 'zstd' };
  if (name.endsWith('.gz')) return { type: 'gzip' };
  return name.endsWith('.tar') ? { type: 'none' } : { type: 'xz' };
}
