import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reporter } from '../report/reporter.ts';
import { makeDirectory } from '../system/files/make-directory.ts';
import { writeWhole } from '../system/files/output.ts';
import { listFiles } from '../system/files/walk-tree.ts';
import { DISTS, isByHash, suiteDirectory } from './repository-layout.ts';

/** One index of a suite. Clients may still be reading it when there is a newer one. */
export interface Generation {
  /** When it was published, in the format of ISO 8601. */
  readonly date: string;
  /** The files by hash, as paths below the suite. */
  readonly files: readonly string[];
}

/** The contents of dists/history.json. If it is lost, old files are only removed later. */
export interface History {
  /** The newest generation comes first. */
  readonly suites: Readonly<Record<string, readonly Generation[]>>;
  /** By the path of a file in the pool: since when the file has been in no index (ISO 8601). */
  readonly unlisted: Readonly<Record<string, string>>;
}

const SCHEMA = 1;
const FILE = join(DISTS, 'history.json');

/**
 * Reads the history. Files by hash that the history does not contain are taken as the oldest generation. So they stay
 * for a while, too, in a repository that was copied or restored without its history.
 */
export async function readHistory(
  repository: string,
  now: Date,
  reporter: Reporter,
): Promise<History> {
  const { suites, unlisted } = await readStored(repository, reporter);
  const all: Record<string, readonly Generation[]> = {};
  const names = await readdir(join(repository, DISTS), { withFileTypes: true }).catch(() => []);
  for (const suite of names.filter((entry) => entry.isDirectory()).map(({ name }) => name)) {
    const generations = suites[suite] ?? [];
    const known = new Set(generations.flatMap(({ files }) => files));
    const found = await filesByHash(join(repository, suiteDirectory(suite)));
    const unknown = found.filter((file) => !known.has(file));
    const adopted = unknown.length > 0 ? [{ date: now.toISOString(), files: unknown }] : [];
    all[suite] = [...generations, ...adopted];
  }
  return { suites: all, unlisted };
}

async function readStored(repository: string, reporter: Reporter): Promise<History> {
  const file = join(repository, FILE);
  try {
    const { schema, suites, unlisted } = JSON.parse(await readFile(file, 'utf8'));
    if (schema === SCHEMA && isRecord(suites, isGenerations) && isRecord(unlisted, isDate)) {
      return { suites, unlisted };
    }
    reporter.warn(
      `${file} is damaged, or of another version of dkms-deb; old files of the repository stay longer`,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      reporter.warn(`${file} cannot be read; old files of the repository stay longer`);
    }
  }
  return { suites: {}, unlisted: {} };
}

function isRecord(value: unknown, is: (one: unknown) => boolean): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(is);
}

function isDate(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function isGenerations(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        isDate(one?.date) &&
        Array.isArray(one.files) &&
        one.files.every((file: unknown) => typeof file === 'string' && isByHash(file)),
    )
  );
}

/** Writes the history, whole or not at all. */
export async function writeHistory(repository: string, history: History): Promise<void> {
  await makeDirectory(join(repository, DISTS));
  const text = `${JSON.stringify({ schema: SCHEMA, ...history }, null, 1)}\n`;
  await writeWhole(join(repository, FILE), (temporary) => writeFile(temporary, text));
}

/** Returns the files by hash that a suite has, as paths below it. */
async function filesByHash(suite: string): Promise<string[]> {
  const paths = await listFiles(suite).catch(() => []);
  return paths.filter(isByHash).sort();
}
