import { join } from 'node:path';
import { latestHeader } from '../debian/latest-entry.ts';
import { decide, differenceOf, finalText, leftovers } from '../debianize/decide-file.ts';
import type { PlannedFile } from '../debianize/files/generated-file.ts';
import type { PlacedFile } from '../debianize/files/placed-file.ts';
import { systemFiles } from '../debianize/files/system-setup.ts';
import type { Plan } from '../debianize/plan.ts';
import { type UnknownMark, unknownMarks } from '../debianize/unknown-marks.ts';
import { NOT_MADE_BY_INIT } from '../dkms/source/allowed-files.ts';
import {
  formatManifest,
  type Manifest,
  readManifest,
  readOptional,
} from '../driver/conf/init-memory.ts';
import type { Driver } from '../driver/read-driver.ts';
import { MANIFEST } from '../package/debhelper/supported-files.ts';
import { sha256 } from '../system/files/sha256.ts';
import { followSpec, rememberedLines } from './follow-spec.ts';
import { formatRpmVersion } from './rpm-version.ts';
import { rpmSourceEntries } from './source-entries.ts';
import { specChangelog } from './spec-changelog.ts';
import { specFiles, specVersion } from './spec-file.ts';

/** What init will do with rpm/. */
export interface RpmPlan extends Pick<Plan, 'files' | 'manifest' | 'manifestChanged' | 'foreign'> {
  /** What an earlier run wrote; undefined if there was none. */
  readonly known: Manifest | undefined;
  readonly notes: readonly string[];
  /** The lines of the files that will contain a FIXME. */
  readonly marks: readonly UnknownMark[];
}

/**
 * Decides what `init --rpm` writes into rpm/, but writes nothing. `debian` is the plan for debian/, whose changelog
 * becomes the %changelog. As in debian/, an unedited file is updated, and an edited one is kept unless `force` is set.
 * An edited spec that is kept gets the new version. If rpm/ has a spec with this name that init did not write, nothing
 * is changed unless `force` is set (`foreign`).
 */
export async function planRpm(
  driver: Driver,
  debian: Pick<Plan, 'files'>,
  { force = false }: { readonly force?: boolean } = {},
): Promise<RpmPlan> {
  const directory = join(driver.directory, 'rpm');
  const known = await readManifest(directory);
  const text = changelogOf(debian);
  const changelog = specChangelog(text);
  const latest = text === '' ? undefined : latestHeader(text, 'debian/changelog')?.version;
  const tarball = new Set((await rpmSourceEntries(driver)).map(({ path }) => path));
  const input = {
    version: specVersion(driver, latest),
    changelog,
    placed: await Promise.all(
      systemFiles(driver)
        // Distributions with RPM packages make their initramfs with dracut.
        .placed.filter(({ target }) => !target.startsWith('usr/share/initramfs-tools/'))
        .map((file) => fromTarball(file, tarball, driver)),
    ),
    ownConf: await hasOwnConf(driver),
    tarball,
  };
  const wanted = specFiles(driver, input);
  const spec = `${driver.packageName}.spec`;
  const foreign =
    known === undefined && !force && (await readOptional(join(directory, spec))) !== undefined;
  const entry = changelog.find(({ version }) => version === formatRpmVersion(input.version));
  const lines = rememberedLines(wanted.files[0]?.text ?? '');
  const files: PlannedFile[] = [];
  const hashes: Record<string, string> = {};
  const told: Record<string, string> = {};
  for (const file of wanted.files) {
    const before = await readOptional(join(directory, file.path));
    const touched = before !== undefined && known?.files[file.path] !== sha256(before);
    const planned = decide(file, before, { touched, foreign, force });
    const isKept = planned.action === 'keep' && file.path === spec && before !== undefined;
    const text = isKept ? followSpec(before, known?.control?.spec, lines, entry) : before;
    files.push(
      text !== before && text !== undefined ? { ...planned, text, action: 'edit' } : planned,
    );
    if (planned.action === 'keep') told[file.path] = differenceOf(text ?? '', file.text);
    const kept = /^(?:keep|suggest)$/.test(planned.action);
    hashes[file.path] = kept ? (known?.files[file.path] ?? NOT_MADE_BY_INIT) : sha256(file.text);
  }
  files.push(...(await leftovers(directory, known, wanted.files)));
  const manifest = formatManifest({
    files: hashes,
    control: { spec: lines },
    ...(Object.keys(told).length === 0 ? {} : { told }),
  });
  const before = await readOptional(join(directory, MANIFEST));
  return {
    files,
    manifest: foreign ? undefined : manifest,
    manifestChanged: !foreign && manifest !== before,
    foreign,
    known,
    notes: wanted.notes,
    marks: files.flatMap((file) => unknownMarks(file.path, finalText(file))),
  };
}

/** Whether init wrote the rpm/ of a tree. Later runs of init then keep rpm/ up to date. */
export async function hasRpm(directory: string): Promise<boolean> {
  return (await readManifest(join(directory, 'rpm'))) !== undefined;
}

/** Returns the text of debian/changelog after init has run: the new text, or the old text if init keeps the file. */
function changelogOf({ files }: Pick<Plan, 'files'>): string {
  const file = files.find(({ path }) => path === 'changelog');
  if (file === undefined) return '';
  return finalText(file) || file.text;
}

/**
 * Returns a file that the package installs. If the tarball of the source lacks the file (such as a manual page in a
 * folder of documents), the result has the file's text instead of its path: the text becomes a file of rpm/.
 */
async function fromTarball(
  file: PlacedFile,
  tarball: ReadonlySet<string>,
  driver: Driver,
): Promise<PlacedFile> {
  if (file.path === undefined || tarball.has(file.path)) return file;
  const text = await readOptional(join(driver.directory, file.path));
  return { ...file, path: undefined, text: text ?? '' };
}

/** Whether the source has no dkms.conf, or the packed dkms.conf differs from that of the source. */
async function hasOwnConf(driver: Driver): Promise<boolean> {
  const isSource = driver.entries.some(({ path, type }) => path === 'dkms.conf' && type === 'file');
  if (!isSource) return true;
  const file = join(driver.directory, driver.location.sourceRoot, 'dkms.conf');
  return (await readOptional(file)) !== driver.driverConf.text;
}
