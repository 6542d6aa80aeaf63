import { join } from 'node:path';
import { NOT_MADE_BY_INIT } from '../dkms/source/allowed-files.ts';
import {
  formatManifest,
  type RulesStyle,
  readOptional,
  type SourceFormat,
} from '../driver/conf/init-memory.ts';
import type { Driver } from '../driver/read-driver.ts';
import { readmesOf } from '../facts/project/description-fact.ts';
import { MANIFEST } from '../package/debhelper/supported-files.ts';
import { sha256 } from '../system/files/sha256.ts';
import { someNames } from '../system/text/some-names.ts';
import { adoptFiles, isMadeByInit, unmentionedFiles } from './adopt-files.ts';
import { planChangelog } from './changelog-plan.ts';
import { checkSourceFile } from './check-source.ts';
import { editControl, rememberedFields } from './control-edit.ts';
import { decide, differenceOf, finalText, leftovers } from './decide-file.ts';
import { readExistingPackaging } from './existing-packaging.ts';
import { type ControlFields, controlFields, controlFile } from './files/control.ts';
import { copyrightFile } from './files/copyright-file.ts';
import { dkmsFile } from './files/dkms-list.ts';
import { type GeneratedFile, generated, type PlannedFile } from './files/generated-file.ts';
import { installFile } from './files/install-file.ts';
import { lintianOverrides } from './files/lintian-overrides.ts';
import { metainfoFiles } from './files/metainfo.ts';
import { quoteForDebhelper } from './files/quote-for-debhelper.ts';
import { rulesFile, sourceFormatFile } from './files/rules.ts';
import { type SystemFiles, systemFiles } from './files/system-setup.ts';
import { upstreamFiles } from './files/upstream-files.ts';
import { followUnknown } from './follow-unknown.ts';
import { followVersion } from './follow-version.ts';
import { leftOutNotes } from './left-out-notes.ts';
import { type UnknownMark, unknownMarks } from './unknown-marks.ts';
import { unlistedSource } from './unlisted-source.ts';

export interface Plan {
  readonly files: readonly PlannedFile[];
  /** The text of debian/.dkms-deb.json. Undefined if `foreign`. */
  readonly manifest: string | undefined;
  /** Whether debian/.dkms-deb.json changes. */
  readonly manifestChanged: boolean;
  /**
   * Whether init did not make debian/ and does not change it: debian/ has a control file, but no .dkms-deb.json, and
   * `force` is not set.
   */
  readonly foreign: boolean;
  /**
   * Notes about a debian/<package>.install that the user edited: files of the tree that the list lacks, and names in
   * the list that match no file. `notes` also contains these notes.
   */
  readonly unlisted: readonly string[];
  /** Notes for the user, one sentence each. */
  readonly notes: readonly string[];
  /** The FIXMEs in debian/ after the plan is carried out. */
  readonly marks: readonly UnknownMark[];
}

export interface PlanOptions {
  /**
   * How debian/rules builds. By default as in an earlier run of init or in an existing debian/rules, otherwise with
   * dkms-deb.
   */
  readonly style?: RulesStyle | undefined;
  /** The date of a changelog entry, in seconds since 1970. */
  readonly timestamp: number;
  readonly force?: boolean | undefined;
  /** Whether a new changelog gets an entry for each older version that has a tag. */
  readonly tags?: boolean | undefined;
}

/**
 * Decides what init writes, but writes nothing. A file that the user did not edit is updated. A file that the user
 * edited is kept, unless `force` is set. In a debian/control that the user edited, fields that the user did not change
 * are updated. If init did not make debian/, `force` adds what is missing in it, and replaces nothing.
 */
export async function planDebian(driver: Driver, options: PlanOptions): Promise<Plan> {
  const debian = join(driver.directory, 'debian');
  const known = driver.manifest;
  const existing = await readExistingPackaging(debian, known);
  const style = options.style ?? driver.choices.rules ?? existing.style ?? 'dkms-deb';
  const format = driver.choices.format ?? existing.format ?? 'native';
  const ofOthers = known === undefined && existing.control !== undefined;
  const foreign = ofOthers && !options.force;
  const adopts = ofOthers || known?.adopted !== undefined;
  const system = systemFiles(driver);
  const fields = controlFields(driver, style, existing.compat);
  const own = await wantedFiles(driver, debian, { ...options, style, format, system, fields });
  const problems: string[] = [];
  const onProblem = (message: string) => problems.push(message);
  const wanted = adopts ? await adoptFiles(driver, own, { existing, fields, onProblem }) : own;
  const changelog = await planChangelog(driver, debian, {
    timestamp: options.timestamp,
    revision: format === 'quilt' ? '-1' : '',
    tags: options.tags ?? false,
    foreign,
    adopts,
  });
  const files: PlannedFile[] = [changelog.file];
  const hashes: Record<string, string> = {};
  const told: Record<string, string> = {};
  for (const file of wanted) {
    const before = await readOptional(join(debian, file.path));
    const isAdopted = adopts && before !== undefined && !isMadeByInit(driver, file.path);
    const touched =
      before !== undefined && !isAdopted && known?.files[file.path] !== sha256(before);
    const planned = decide(file, before, { touched, foreign, force: options.force ?? false });
    const edited = planned.action === 'keep' ? follow(driver, fields, file, before ?? '') : before;
    const follows = edited !== before;
    files.push(
      follows && edited !== undefined
        ? { ...planned, text: edited, action: 'edit' }
        : { ...planned, action: isAdopted ? adoptedAction(planned.action) : planned.action },
    );
    if (planned.action === 'keep') told[file.path] = differenceOf(edited ?? '', file.text);
    const kept = isAdopted || planned.action === 'keep' || planned.action === 'suggest';
    hashes[file.path] = kept ? (known?.files[file.path] ?? NOT_MADE_BY_INIT) : sha256(file.text);
  }
  files.push(...(await leftovers(debian, known, wanted)));
  const list = files.find(({ path }) => path === `${driver.packageName}.install`);
  const unlisted =
    list !== undefined && /^(?:keep|edit)$/.test(list.action)
      ? await unlistedSource(driver, debian, finalText(list))
      : [];
  const manifest = formatManifest({
    files: hashes,
    control: rememberedFields(fields),
    dkms: { name: driver.conf.name, version: driver.conf.version },
    choices: { ...driver.choices, rules: style },
    ...(driver.derived === undefined ? {} : { derived: driver.derived }),
    ...(adopts ? { adopted: { package: driver.packageName } } : {}),
    ...(Object.keys(told).length === 0 ? {} : { told }),
  });
  return {
    files,
    manifest: foreign ? undefined : manifest,
    manifestChanged: !foreign && manifest !== (await readOptional(join(debian, MANIFEST))),
    foreign,
    marks: files.flatMap((file) => unknownMarks(file.path, finalText(file))),
    unlisted,
    notes: [
      ...problems,
      ...(adopts ? unmentionedFiles(existing, system, driver.packageName) : system.notes),
      ...(driver.privateKeys.length > 0 ? [keysNote(driver)] : []),
      ...unlisted,
      ...changelog.notes,
      ...(adopts ? [] : leftOutNotes(driver)),
      ...driver.leftOut.map((link) => `${link} is not installed: the link leads out of the source`),
    ],
  };
}

/**
 * Returns the action for a file that init did not make. Such a file is never replaced; a new text only has additions,
 * or the new name and version of the driver.
 */
function adoptedAction(action: PlannedFile['action']): PlannedFile['action'] {
  return action === 'update' ? 'edit' : action;
}

function keysNote({ privateKeys }: Driver): string {
  const names = someNames(privateKeys, 10);
  return `files that contain a private key are not installed: ${names} (--allow-file PATH packs a file that may be public)`;
}

/**
 * Returns the text of a file that the user edited, after the values that init knows from the tree are updated in it.
 */
function follow(
  driver: Driver,
  fields: ControlFields,
  file: GeneratedFile,
  before: string,
): string {
  const followed =
    file.path === 'control'
      ? editControl(before, driver.manifest?.control, fields)
      : followVersion(driver, file.path, before);
  return followUnknown(driver, file.path, followed ?? before, file.text);
}

async function wantedFiles(
  driver: Driver,
  debian: string,
  options: {
    style: RulesStyle;
    format: SourceFormat;
    timestamp: number;
    system: SystemFiles;
    fields: ControlFields;
  },
): Promise<GeneratedFile[]> {
  const { style, format, system, fields } = options;
  const year = new Date(options.timestamp * 1000).getUTCFullYear();
  const metainfo = metainfoFiles(driver, system.rules);
  return [
    controlFile(driver, fields),
    copyrightFile(driver, await firstYear(debian, year), metainfo.files),
    rulesFile(style, driver),
    sourceFormatFile(format),
    dkmsFile(driver),
    installFile(driver, [...system.install, ...metainfo.install]),
    ...system.files,
    ...metainfo.files,
    ...documentation(driver),
    ...(await lintianOverrides(driver, [...system.files, ...metainfo.files])),
    ...(style === 'dh' ? [checkSourceFile(driver)] : []),
    ...(format === 'quilt' ? upstreamFiles(driver) : []),
  ];
}

/**
 * Returns the list that installs the README of the driver's source into /usr/share/doc, as most -dkms packages of
 * Debian do. Returns [] if there is no README.
 */
function documentation(driver: Driver): GeneratedFile[] {
  const [readme] = readmesOf(driver.sources.files, driver.location.sourceRoot);
  if (readme === undefined) return [];
  return [generated(`${driver.packageName}.docs`, `${quoteForDebhelper(readme.path)}\n`)];
}

/**
 * Returns the year of the packaging's copyright. It is the year of the first run, which debian/copyright has, otherwise
 * `now`.
 */
async function firstYear(debian: string, now: number): Promise<number> {
  const copyright = (await readOptional(join(debian, 'copyright'))) ?? '';
  const year = /^Files: debian\/\*\nCopyright: (\d{4})/m.exec(copyright)?.[1];
  return year === undefined ? now : Number(year);
}
