import { join } from 'node:path';
import { type ControlMember, writeDeb } from '../archive/deb-writer.ts';
import { installedSize } from '../archive/installed-size.ts';
import { md5sums } from '../archive/md5sums.ts';
import { StagedTree } from '../archive/staged-tree.ts';
import { withoutEpoch } from '../debian/version.ts';
import type { DkmsConf } from '../dkms/conf.ts';
import type { EvaluationContext } from '../dkms/evaluate.ts';
import type { Reporter } from '../report/reporter.ts';
import { binaryControl } from './binary-control.ts';
import { dkmsDependency, readPackagedConf, stageConf } from './dkms-conf-file.ts';
import { stageDocumentation } from './documentation.ts';
import { installFiles } from './install-files.ts';
import { dkmsMaintainerScripts } from './maintainer-scripts.ts';
import { type Packaging, readPackaging } from './packaging.ts';
import { refuseUnsupportedFiles } from './supported-files.ts';
import { sourceTimestamp } from './timestamp.ts';

/** A package that is staged but not written: its name, its tree, its control members. */
export interface StagedPackage {
  readonly fileName: string;
  readonly packaging: Packaging;
  readonly conf: DkmsConf;
  readonly tree: StagedTree;
  readonly control: readonly ControlMember[];
  /** Seconds; SOURCE_DATE_EPOCH, else the date of the changelog's latest entry. */
  readonly timestamp: number;
}

/**
 * Stages `<name>-dkms` from a source tree and its debian/ directory, which may lie elsewhere:
 * the steps that dh with the dkms sequence takes, in memory.
 */
export async function stageDkmsPackage(
  sourceDirectory: string,
  debianDirectory: string,
  kernel: EvaluationContext['kernel'],
  reporter: Reporter,
): Promise<StagedPackage> {
  const packaging = await readPackaging(debianDirectory);
  const timestamp = sourceTimestamp(packaging.latest.timestamp);
  const tree = new StagedTree(timestamp);
  const install = packaging.file('install');
  const used =
    install === undefined ? new Set<string>() : await installFiles(tree, sourceDirectory, install);
  await refuseUnsupportedFiles(packaging, used);
  const packaged = await readPackagedConf(packaging, sourceDirectory, kernel);
  stageConf(tree, packaged);
  await stageDocumentation(tree, packaging);
  const { text, unknown } = binaryControl(packaging, {
    installedSize: installedSize(tree),
    architecture: 'all',
    variables: new Map([['misc:Depends', dkmsDependency(packaged.conf)]]),
  });
  for (const name of unknown) {
    reporter.warn(
      `debian/control uses \${${name}}, which nothing sets`,
      'Take it out of debian/control.',
    );
  }
  const control: ControlMember[] = [
    { name: 'control', bytes: Buffer.from(text), mode: 0o644 },
    { name: 'md5sums', bytes: Buffer.from(await md5sums(tree)), mode: 0o644 },
    ...(await dkmsMaintainerScripts(packaging, packaged.conf)),
  ];
  const version = withoutEpoch(packaging.latest.version);
  const fileName = `${packaging.packageName}_${version}_all.deb`;
  return { fileName, packaging, conf: packaged.conf, tree, control, timestamp };
}

/** Writes the staged package into `directory`; returns the path of the .deb. */
export async function writePackage(
  staged: Pick<StagedPackage, 'fileName' | 'tree' | 'control' | 'timestamp'>,
  directory: string,
): Promise<string> {
  const target = join(directory, staged.fileName);
  await writeDeb(target, staged);
  return target;
}
