import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NOT_MADE_BY_INIT } from '../dkms/source/allowed-files.ts';
import { readOptional } from '../driver/conf/init-memory.ts';
import type { Driver } from '../driver/read-driver.ts';
import { DkmsDebError } from '../errors.ts';
import { adoptControl } from './adopt-control.ts';
import type { ExistingPackaging } from './existing-packaging.ts';
import { buildDependsOf, type ControlFields } from './files/control.ts';
import type { GeneratedFile } from './files/generated-file.ts';
import type { SystemFiles } from './files/system-setup.ts';
import { followVersion } from './follow-version.ts';

/**
 * Files that every package needs (Policy 4), except the changelog (planChangelog). debian/source/format is not among
 * them: without it, the format is 1.0.
 */
const NEEDED = new Set(['control', 'copyright', 'rules']);

export interface AdoptOptions {
  readonly existing: ExistingPackaging;
  readonly fields: ControlFields;
  /** Is called with one sentence about a file that cannot be understood. */
  readonly onProblem: (message: string) => void;
}

/**
 * Chooses what init adds to a debian/ that it did not make. `wanted` are the files that init would write into an empty
 * debian/. A file that init did not write changes in two things only: the name and version of the driver in it are
 * updated, and control gets missing fields and relations. A new file is added only if the package needs it (isLacking).
 */
export async function adoptFiles(
  driver: Driver,
  wanted: readonly GeneratedFile[],
  { existing, fields, onProblem }: AdoptOptions,
): Promise<GeneratedFile[]> {
  const debian = join(driver.directory, 'debian');
  const { manifest, packageName } = driver;
  const style = existing.style ?? 'dkms-deb';
  const hasOwnRules = existsSync(join(debian, 'rules')) && !isMadeByInit(driver, 'rules');
  const addsDkms = hasOwnRules && style === 'dh' && !existing.callsDkms;
  const buildDepends = hasOwnRules
    ? addsDkms
      ? ['dh-sequence-dkms']
      : []
    : buildDependsOf(style, existing.compat);
  const files: GeneratedFile[] = [];
  for (const file of wanted) {
    const before = await readOptional(join(debian, file.path));
    if (before !== undefined && !isMadeByInit(driver, file.path)) {
      const text =
        file.path === 'control' ? adoptOrKeep(before) : followVersion(driver, file.path, before);
      files.push({ ...file, text, unknown: [] });
    } else if (isLacking(file.path)) files.push(file);
  }
  return files;

  function adoptOrKeep(control: string): string {
    const hasTests = existsSync(join(debian, 'tests/control'));
    try {
      return adoptControl(control, { fields, before: manifest?.control, buildDepends, hasTests });
    } catch (error) {
      if (!(error instanceof DkmsDebError)) throw error;
      const line = error.where?.line === undefined ? '' : `:${error.where.line}`;
      onProblem(`nothing can be added to debian/control${line}: ${error.message}`);
      return control;
    }
  }

  function isLacking(path: string): boolean {
    if (path === `${packageName}.dkms`) return !existing.hasConf;
    if (path === 'check-source') return !hasOwnRules;
    if (path === 'source/format') return false;
    // If init wrote a list with the name of the package, debhelper would no longer read the list without a name
    // (debhelper(7)).
    const kind = path.startsWith(`${packageName}.`) ? path.slice(packageName.length + 1) : '';
    if (existing.hasPlainList(kind, packageName)) return false;
    // If nothing installs the source, init writes the whole package, with all files for the running system.
    return NEEDED.has(path) || !existing.hasSource;
  }
}

/** Whether init wrote a file of debian/. */
export function isMadeByInit({ manifest }: Pick<Driver, 'manifest'>, path: string): boolean {
  const hash = manifest?.files[path];
  return hash !== undefined && hash !== NOT_MADE_BY_INIT;
}

/**
 * Returns notes for a debian/ that init did not make. If debian/ installs the source of the driver, each note names a
 * file for the running system, such as udev rules, that nothing in debian/ installs. If debian/ does not install the
 * source, init itself writes a list that installs the source and these files. It does not write this list if
 * debian/install exists, because the list would replace debian/install; the only note is then that nothing installs the
 * source.
 */
export function unmentionedFiles(
  existing: ExistingPackaging,
  { install }: Pick<SystemFiles, 'install'>,
  packageName: string,
): string[] {
  if (!existing.hasSource) {
    return existing.hasPlainList('install', packageName)
      ? [
          'nothing in debian/ installs the source of the driver: add it to debian/install, with the target usr/src/NAME-VERSION',
        ]
      : [];
  }
  return install
    .filter(({ path }) => existing.leavesOut(path))
    .map(({ path, directory }) => `nothing in debian/ installs ${path} to ${directory}`);
}
