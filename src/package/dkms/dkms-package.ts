import { join, relative } from 'node:path';
import { type ControlMember, plainMember } from '../../archive/deb-writer.ts';
import { installedSize } from '../../archive/staged/installed-size.ts';
import { md5sums } from '../../archive/staged/md5sums.ts';
import { StagedTree } from '../../archive/staged/staged-tree.ts';
import { debFileName } from '../../debian/deb-file-name.ts';
import { buildProfiles } from '../../debian/relation-restrictions.ts';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { allowedFiles } from '../../dkms/source/allowed-files.ts';
import { findPrivateKeys, isPrivateKey, refuseFoundKeys } from '../../dkms/source/private-key.ts';
import { readSourceTree, type SourceTree } from '../../dkms/source/source-tree.ts';
import { sourceWarnings } from '../../dkms/source/source-warnings.ts';
import type { Reporter } from '../../report/reporter.ts';
import { readTreeFile } from '../../system/files/read-tree-file.ts';
import { binaryControl, refuseOtherPackages } from '../binary-control.ts';
import { fileOfEntry, type Staging } from '../debhelper/context.ts';
import { compressDocumentation } from '../debhelper/dh-compress.ts';
import { stageInstall } from '../debhelper/dh-install.ts';
import { stageDocumentation } from '../debhelper/dh-installdocs.ts';
import { stageManualPages } from '../debhelper/dh-installman.ts';
import { stageDirectories, stageLinks } from '../debhelper/dh-link.ts';
import { stageSystemFiles, systemTriggers } from '../debhelper/dh-system-files.ts';
import { maintainerScripts } from '../debhelper/maintainer-scripts.ts';
import { refuseUnsupportedFiles } from '../debhelper/supported-files.ts';
import {
  dkmsDependency,
  type PackagedConf,
  packagedConfFile,
  readPackagedConf,
  stageConf,
} from '../dkms-conf-file.ts';
import { type Packaging, readPackaging } from '../packaging.ts';
import { readPackagingRules } from '../rules/beyond-dkms-deb.ts';
import { isCleanedAway } from '../rules/dh-clean.ts';
import type { Rules } from '../rules/known-rules.ts';
import { refuseSteps, warnOfLiteral } from '../rules/staged-steps.ts';
import { sourceTimestamp } from '../source-date-epoch.ts';
import type { StagedPackage } from '../staged-package.ts';
import { checkComplete } from './complete-source.ts';
import { refuseMissedSource } from './install-coverage.ts';
import { withPackagingEntries } from './packaging-entries.ts';

/**
 * A `<name>-dkms` package that is ready to be written, with the facts in its debian/ and the values of its dkms.conf.
 */
export interface StagedDkmsPackage extends StagedPackage {
  readonly packaging: Packaging;
  readonly conf: DkmsConf;
}

/**
 * Stages the package `<name>-dkms` in memory, in the steps of dh --with dkms. The package is made from a source tree
 * and a debian/ directory, which need not be in this tree. `allowed` are files that may contain private keys. `known`
 * are the files of the tree including debian/, if they have been read already (readSourceTree).
 */
export async function stageDkmsPackage(
  sourceDirectory: string,
  debianDirectory: string,
  kernel: EvaluationContext['kernel'],
  reporter: Reporter,
  {
    allowed = [],
    known,
  }: { readonly allowed?: readonly string[]; readonly known?: SourceTree | undefined } = {},
): Promise<StagedDkmsPackage> {
  const warn = (message: string) => reporter.warn(message);
  const packaging = await readPackaging(debianDirectory, warn);
  const timestamp = sourceTimestamp(packaging.latest.timestamp);
  const tree = new StagedTree(timestamp);
  const source = known ?? (await readSourceTree(sourceDirectory, { withPackaging: true }));
  for (const { message, hint } of sourceWarnings(source, sourceDirectory))
    reporter.warn(message, hint);
  const { rules } = await readPackagingRules(sourceDirectory, debianDirectory, source.entries);
  const entries = await withPackagingEntries(source.entries, sourceDirectory, debianDirectory);
  const staging: Staging = {
    tree,
    packaging,
    sourceDirectory,
    entries: entries.filter(({ path, type }) => !isCleanedAway(path, type)),
    variables: rules.exported,
    used: new Set(await confInDebian(packaging, sourceDirectory)),
  };
  // dkms.conf is evaluated while the files are staged and compressed. If both fail, the error that came earlier is
  // thrown. An error is thrown only when both have ended.
  const work = [
    readPackagedConf(packaging, sourceDirectory, kernel),
    stageFiles(staging, { rules, reporter, allowed }),
  ] as const;
  const [packaged] = await Promise.all(work).finally(() => Promise.allSettled(work));
  stageConf(tree, packaged);
  refuseSteps(tree, packaged, rules, packaging);
  warnOfLiteral(packaged, rules, reporter);
  const control = await controlMembers(staging, packaged, reporter);
  checkComplete(tree, packaged.conf, sourceDirectory, reporter);
  const fileName = debFileName(packaging.packageName, packaging.latest.version, 'all');
  return { fileName, packaging, conf: packaged.conf, tree, control, timestamp };
}

/** Returns a list with the path of the packed dkms.conf, if this dkms.conf is in debian/; else an empty list. */
async function confInDebian(packaging: Packaging, sourceDirectory: string): Promise<string[]> {
  const file = await packagedConfFile(packaging, sourceDirectory);
  const inner = relative(packaging.directory, file);
  return inner.startsWith('..') ? [] : [join('debian', inner)];
}

/** Adds all files except dkms.conf to the package. */
async function stageFiles(
  staging: Staging,
  about: {
    readonly rules: Rules;
    readonly reporter: Reporter;
    readonly allowed: readonly string[];
  },
): Promise<void> {
  await stageDirectories(staging);
  await stageInstall(staging);
  for (const { path, target } of await refuseMissedSource(staging)) {
    about.reporter.note(`${path} -> ${target} is not packed: the link leads out of the source`);
  }
  await stageDocumentation(staging);
  await stageManualPages(staging);
  await stageSystemFiles(staging);
  // If dh builds the package, an addon may read files that dkms-deb does not know.
  const strict = about.rules.style !== 'dkms-deb';
  for (const name of await refuseUnsupportedFiles(staging.packaging, staging.used, { strict })) {
    about.reporter.note(`debian/${name} is ignored: neither dkms-deb nor debhelper reads it.`);
  }
  const meant = [...(await allowedFiles(staging.packaging.directory)), ...about.allowed];
  const paths = meant.map((path) => fileOfEntry(staging, path).slice(1));
  refuseFoundKeys('/', privateKeysIn(staging.tree), paths);
  await stageLinks(staging);
  await compressDocumentation(staging.tree);
}

/**
 * Returns the control files for a staged package: control, md5sums, conffiles, triggers and the maintainer scripts.
 */
async function controlMembers(
  { tree, packaging }: Staging,
  packaged: PackagedConf,
  reporter: Reporter,
): Promise<ControlMember[]> {
  const conffiles = conffilesOf(tree);
  const triggers = packaging.file('triggers');
  const ownTriggers = triggers === undefined ? '' : (await readTreeFile(triggers)).toString('utf8');
  const scripts = [
    plainMember('conffiles', conffiles.map((path) => `${path}\n`).join('')),
    plainMember('triggers', withLineEnd(ownTriggers) + systemTriggers({ packaging })),
    ...(await maintainerScripts(packaging, packaged.conf, reporter)),
  ].filter(({ bytes }) => bytes.length > 0);
  await refuseOtherPackages(packaging);
  const { text, unknown, unknownFields } = binaryControl(packaging, {
    installedSize: installedSize(tree) + controlSize(scripts),
    architecture: 'all',
    variables: new Map([['misc:Depends', dkmsDependency(packaged)]]),
    profiles: buildProfiles(process.env),
  });
  for (const name of unknownFields) {
    reporter.warn(
      `debian/control has the unknown field ${name}, which does not go into the package`,
      `Write XB-${name} to get the field into the package, or remove the field (deb-src-control(5)).`,
    );
  }
  for (const name of unknown) {
    reporter.warn(
      `debian/control uses \${${name}}, which nothing sets`,
      'Remove the variable from debian/control.',
    );
  }
  const sums = await md5sums(tree, { conffiles });
  return [plainMember('control', text), plainMember('md5sums', sums), ...scripts];
}

function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/**
 * Returns how many KiB the control files add to Installed-Size. dpkg-gencontrol counts the directory DEBIAN and the
 * files that dh_installdeb has put there. dpkg-gencontrol does not count md5sums and control, which are written later.
 */
function controlSize(scripts: readonly ControlMember[]): number {
  return scripts.reduce((size, { bytes }) => size + Math.ceil(bytes.length / 1024), 1);
}

/**
 * Returns the files on the disk that contain a private key and go into the package. Their paths have no leading slash.
 */
function privateKeysIn(tree: StagedTree): string[] {
  const large: string[] = [];
  const found: string[] = [];
  for (const entry of tree.entries()) {
    if (entry.type !== 'file' || !('source' in entry.content)) continue;
    const { source, size } = entry.content;
    // Small files are read once for all purposes.
    const bytes = tree.contents.read(entry.content);
    if (bytes === undefined) large.push(source.slice(1));
    else if (isPrivateKey(bytes, size)) found.push(source.slice(1));
  }
  return [...found, ...findPrivateKeys('/', large)];
}

/** Returns the conffiles: every file below /etc (Policy 10.7; dh_installdeb(1)). */
function conffilesOf(tree: StagedTree): string[] {
  return tree
    .entries()
    .filter((entry) => entry.type === 'file' && entry.path.startsWith('etc/'))
    .map((entry) => `/${entry.path}`);
}
