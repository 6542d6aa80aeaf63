import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StagedTree } from '../archive/staged/staged-tree.ts';
import { withoutEpoch, withoutRevision } from '../debian/version.ts';
import { type DkmsConf, readConf } from '../dkms/conf/conf.ts';
import { isDkmsConf, listedFiles } from '../dkms/conf/dkms-file.ts';
import { evaluateConf } from '../dkms/conf/evaluate.ts';
import type { EvaluationContext } from '../dkms/conf/evaluation-context.ts';
import { readConfText } from '../dkms/conf/read-conf-text.ts';
import { InputError } from '../errors.ts';
import { ofTree } from '../system/text/command-places.ts';
import type { Packaging } from './packaging.ts';

/** The dkms.conf in the form in which it is packed, and its values. */
export interface PackagedConf {
  readonly text: Buffer;
  /** The time stamp of the file, in seconds since 1970. Undefined if the packed text differs from the file. */
  readonly mtime: number | undefined;
  readonly conf: DkmsConf;
}

/**
 * Reads the dkms.conf of a package as dh_dkms does: debian/<package>.dkms if it sets PACKAGE_NAME, else the file that
 * debian/<package>.dkms names. Replaces `#MODULE_VERSION#`, see fillModuleVersion. Throws the errors of
 * packagedConfFile, evaluateConf and readConf.
 */
export async function readPackagedConf(
  packaging: Packaging,
  sourceDirectory: string,
  kernel: EvaluationContext['kernel'],
): Promise<PackagedConf> {
  const file = await packagedConfFile(packaging, sourceDirectory);
  const original = Buffer.from(await readConfText(file), 'latin1');
  const text = fillModuleVersion(original, packaging);
  const changed = !text.equals(original);
  const evaluated = await evaluateConf(file, { kernel }, text);
  const conf = readConf(evaluated, {
    release: kernel.release,
    machine: kernel.machine,
    config: undefined,
  });
  const mtime = changed ? undefined : Math.floor((await stat(file)).mtimeMs / 1000);
  return { text, mtime, conf: { ...conf, file } };
}

/** Replaces `#MODULE_VERSION#` by the upstream version of the latest changelog entry, without its epoch (dh_dkms). */
export function fillModuleVersion(conf: Buffer, packaging: Packaging): Buffer {
  const version = withoutEpoch(withoutRevision(packaging.latest.version));
  return Buffer.from(conf.toString('latin1').replaceAll('#MODULE_VERSION#', version), 'latin1');
}

/**
 * Returns the path of the file that is packed as dkms.conf. The file is debian/<package>.dkms. If debian/<package>.dkms
 * contains only the path of another file of the tree, that other file is packed. Throws InputError `no-dkms-file` and
 * `bad-dkms-file`, and the errors of readConfText.
 */
export async function packagedConfFile(
  packaging: Packaging,
  sourceDirectory: string,
): Promise<string> {
  const file = packaging.file('dkms');
  if (file === undefined) {
    throw new InputError('no-dkms-file', `${packaging.packageName}.dkms is missing`, {
      where: { file: packaging.directory },
      hint: `Write the dkms.conf of the package: dkms-deb init${ofTree(dirname(packaging.directory))}`,
    });
  }
  const text = await readConfText(file);
  if (isDkmsConf(text)) return file;
  const [named, ...more] = listedFiles(text);
  if (named === undefined || more.length > 0) {
    throw new InputError(
      'bad-dkms-file',
      'the file neither sets PACKAGE_NAME nor names exactly one file',
      {
        where: { file },
        hint: 'See dh_dkms(1), "FILES".',
      },
    );
  }
  // A path in debian/ is searched in the packaging's own directory, because debian/ need not be in the tree.
  const inDebian = /^(?:\.\/)?debian\/(.+)$/.exec(named)?.[1];
  const found =
    inDebian === undefined ? join(sourceDirectory, named) : join(packaging.directory, inDebian);
  if (await stat(found).catch(() => undefined)) return found;
  throw new InputError(
    'bad-dkms-file',
    `the file names ${named} as the dkms.conf, but ${named} is missing`,
    {
      where: { file },
      hint: `Write the dkms.conf ${named}, or name an existing file.`,
    },
  );
}

/**
 * Adds dkms.conf to the package, at the place where DKMS looks for it. This file replaces a dkms.conf that
 * debian/<package>.install has added.
 */
export function stageConf(tree: StagedTree, packaged: PackagedConf): void {
  const { conf, text, mtime } = packaged;
  const path = `usr/src/${conf.name}-${conf.version}/dkms.conf`;
  tree.delete(path);
  tree.addFile(path, { bytes: text, mode: 0o644, ...(mtime === undefined ? {} : { mtime }) });
}

/**
 * Returns the relation to the package dkms, by the rules of dh_dkms 3.2.2. BUILD_EXCLUSIVE_CONFIG and
 * BUILD_EXCLUSIVE_KERNEL_MIN or _MAX need dkms 3.0.11; the script common.postinst needs dkms 2.1. Like dh_dkms, this
 * function searches the text of dkms.conf, because the values of dkms.conf may depend on the kernel.
 */
export function dkmsDependency({ text }: PackagedConf): string {
  const newer = /BUILD_EXCLUSIVE_(CONFIG|KERNEL_MIN|KERNEL_MAX)=["']?[^"'\s]/.test(
    text.toString('latin1'),
  );
  return `dkms (>= ${newer ? '3.0.11' : '2.1.0.0'})`;
}
