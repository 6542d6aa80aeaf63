import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST } from '../package/supported-files.ts';
import { changelogFile } from './changelog.ts';
import { controlFile } from './control.ts';
import { copyrightFile } from './copyright.ts';
import { dkmsFile } from './dkms-file.ts';
import { type Driver, hasEntryFor } from './driver.ts';
import type { GeneratedFile, RulesStyle } from './generated-file.ts';
import { installFile } from './install-file.ts';
import { rulesFile, sourceFormatFile } from './rules.ts';

/** What becomes of one file of debian/. */
export interface PlannedFile extends GeneratedFile {
  /** `keep`: a person edited it, or it was not made by init. */
  readonly action: 'create' | 'update' | 'unchanged' | 'keep';
}

export interface Plan {
  readonly files: readonly PlannedFile[];
  /** sha256 of each file as init writes it, by path: tells an edited file from an outdated one. */
  readonly manifest: Readonly<Record<string, string>>;
}

/**
 * Decides what init writes, writing nothing. A file that is as init wrote it is brought up to date,
 * one that a person touched is kept unless `force`. `timestamp`: date of a changelog entry, seconds.
 */
export async function planDebian(
  driver: Driver,
  options: { style: RulesStyle; timestamp: number; force?: boolean },
): Promise<Plan> {
  const debian = join(driver.directory, 'debian');
  const known = await readManifest(debian);
  const year = new Date(options.timestamp * 1000).getUTCFullYear();
  const wanted = [
    controlFile(driver, options.style),
    copyrightFile(driver, await firstYear(debian, year)),
    rulesFile(options.style),
    sourceFormatFile(),
    await dkmsFile(driver),
    await installFile(driver),
  ];
  const files: PlannedFile[] = [await planChangelog(driver, debian, options.timestamp)];
  const manifest: Record<string, string> = {};
  for (const file of wanted) {
    const existing = await readOptional(join(debian, file.path));
    const untouched = existing !== undefined && known[file.path] === sha256(existing);
    const action =
      existing === undefined
        ? 'create'
        : existing === file.text
          ? 'unchanged'
          : untouched || options.force
            ? 'update'
            : 'keep';
    files.push({ ...file, action });
    manifest[file.path] =
      action === 'keep' ? (known[file.path] ?? 'not made by init') : sha256(file.text);
  }
  return { files, manifest };
}

async function planChangelog(
  driver: Driver,
  debian: string,
  timestamp: number,
): Promise<PlannedFile> {
  const path = join(debian, 'changelog');
  const existing = await readOptional(path);
  if (existing === undefined) return { ...changelogFile(driver, timestamp), action: 'create' };
  if (hasEntryFor(driver, existing, path)) {
    return { path: 'changelog', text: existing, mode: 0o644, unknown: [], action: 'unchanged' };
  }
  return { ...changelogFile(driver, timestamp, existing), action: 'update' };
}

/** The year of the packaging's copyright: that of the first run, so that a later one changes nothing. */
async function firstYear(debian: string, now: number): Promise<number> {
  const copyright = (await readOptional(join(debian, 'copyright'))) ?? '';
  const year = /^Files: debian\/\*\nCopyright: (\d{4})/m.exec(copyright)?.[1];
  return year === undefined ? now : Number(year);
}

async function readManifest(debian: string): Promise<Record<string, string>> {
  const text = await readOptional(join(debian, MANIFEST));
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    const files = (parsed as { files?: unknown }).files;
    return files !== null && typeof files === 'object' ? (files as Record<string, string>) : {};
  } catch {
    // A broken manifest only means that no file is known to be untouched.
    return {};
  }
}

async function readOptional(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
