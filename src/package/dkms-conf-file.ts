import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StagedTree } from '../archive/staged/staged-tree.ts';
import { withoutEpoch, withoutRevision } from '../debian/version.ts';
import { type DkmsConf, readConf } from '../dkms/conf/conf.ts';
import { isDkmsConf, listedFiles } from '../dkms/conf/dkms-file.ts';
import { evaluateConf } from '../dkms/conf/evaluate.ts';
import type { EvaluationContext } from '../dkms/conf/evaluation-context.ts';
import { readConfText } from '../dkms/conf/read-conf-text.ts';
import { InputError } from '../errors.ts';
import type { Packaging } from './packaging.ts';

/** dkms.conf as it goes into the package, and what it says. */
export interface PackagedConf {
  readonly text: Buffer;
  /** Seconds; undefined when the text is not a file of the tree as it is. */
  readonly mtime: number | undefined;
  readonly conf: DkmsConf;
}

/**
 * Finds the dkms.conf of a package as dh_dkms does: debian/<package>.dkms is the file itself when it
 * sets PACKAGE_NAME, else it names one file of the tree; `#MODULE_VERSION#` becomes the upstream
 * version of the changelog, without its epoch. InputError `no-dkms-file`.
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

/** `#MODULE_VERSION#` becomes the upstream version of the changelog without its epoch (dh_dkms). */
export function fillModuleVersion(conf: Buffer, packaging: Packaging): Buffer {
  const version = withoutEpoch(withoutRevision(packaging.latest.version));
  return Buffer.from(conf.toString('latin1').replaceAll('#MODULE_VERSION#', version), 'latin1');
}

/**
 * The file that goes into the package as dkms.conf: debian/<package>.dkms, or the one that it names, relative to the
 * tree's top. InputError `no-dkms-file`, `bad-dkms-file`.
 */
export async function packagedConfFile(
  packaging: Packaging,
  sourceDirectory: string,
): Promise<string> {
  const file = packaging.file('dkms');
  if (file === undefined) {
    throw new InputError('no-dkms-file', `there is no ${packaging.packageName}.dkms`, {
      where: { file: packaging.directory },
      hint: 'It is the dkms.conf of the package; dkms-deb init writes it.',
    });
  }
  const text = await readConfText(file);
  if (isDkmsConf(text)) return file;
  const [named, ...more] = listedFiles(text);
  if (named === undefined || more.length > 0) {
    throw new InputError('bad-dkms-file', 'neither sets PACKAGE_NAME nor names one file', {
      where: { file },
      hint: 'See dh_dkms(1), "FILES".',
    });
  }
  // debian/ may lie apart from the tree.
  const inDebian = /^(?:\.\/)?debian\/(.+)$/.exec(named)?.[1];
  const found =
    inDebian === undefined ? join(sourceDirectory, named) : join(packaging.directory, inDebian);
  if (await stat(found).catch(() => undefined)) return found;
  throw new InputError('bad-dkms-file', `names ${named}, which is not there`, {
    where: { file },
    hint: 'Put the dkms.conf there, or name the one that is there.',
  });
}

/** Puts dkms.conf where DKMS looks for it; takes the place of one that .install may have brought. */
export function stageConf(tree: StagedTree, packaged: PackagedConf): void {
  const { conf, text, mtime } = packaged;
  const path = `usr/src/${conf.name}-${conf.version}/dkms.conf`;
  tree.delete(path);
  tree.addFile(path, { bytes: text, mode: 0o644, ...(mtime === undefined ? {} : { mtime }) });
}

/**
 * The dkms that this dkms.conf needs, by the rules of dh_dkms 3.2.2: BUILD_EXCLUSIVE_CONFIG, _MIN
 * and _MAX came with 3.0.11, common.postinst with 2.1. As dh_dkms it goes by the text: a condition
 * that only some kernels meet needs the newer dkms all the same.
 */
export function dkmsDependency({ text }: PackagedConf): string {
  const newer = /BUILD_EXCLUSIVE_(CONFIG|KERNEL_MIN|KERNEL_MAX)=["']?[^"'\s]/.test(
    text.toString('latin1'),
  );
  return `dkms (>= ${newer ? '3.0.11' : '2.1.0.0'})`;
}
