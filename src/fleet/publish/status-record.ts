import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { Reporter } from '../../report/reporter.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { writeWhole } from '../../system/files/output.ts';

/** Where a repository says what each build came to, relative to it. */
export const STATUS_FILE = 'dkms-deb/status.json';

const text = z.string().max(4096);
const date = z.iso.datetime();

const ENTRY = z.object({
  /** The name of the driver for DKMS. */
  driver: text,
  release: text,
  architecture: text,
  suite: text,
  /** `missing`: the plan has it, but no results. */
  status: z.enum(['published', 'failed', 'excluded', 'missing']),
  /** Since when it has this status. */
  since: date,
  required: z.boolean(),
  /** The version of the published package; of a build that failed, the last good one. */
  version: text.optional(),
  key: text.optional(),
  /** The reason of an exclusion. */
  reason: z.string().max(4096).optional(),
  error: z
    .object({
      code: text,
      message: z.string().max(4096),
      firstError: z.string().max(4096).optional(),
    })
    .optional(),
});

const KERNEL = z.object({
  release: text,
  architecture: text,
  suite: text,
  flavour: text,
  /** When a plan last had it. */
  lastOffered: date,
});

const RECORD = z.object({
  schema: z.literal(1),
  updated: date,
  builds: z.array(ENTRY),
  kernels: z.array(KERNEL),
});

export type StatusEntry = z.infer<typeof ENTRY>;
export type StatusKernel = z.infer<typeof KERNEL>;
export type StatusRecord = z.infer<typeof RECORD>;

export const NO_RECORD: Omit<StatusRecord, 'updated'> = { schema: 1, builds: [], kernels: [] };

/** Reads a status.json that nobody signed: wrong contents are no contents. Returns undefined for those. */
export function parseStatusRecord(json: string): StatusRecord | undefined {
  try {
    const result = RECORD.safeParse(JSON.parse(json));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the record of a repository in a directory; an empty one if there is none. Warns about a damaged one. */
export async function readStatusRecord(
  repository: string,
  reporter: Reporter,
): Promise<Omit<StatusRecord, 'updated'>> {
  const file = join(repository, STATUS_FILE);
  const json = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (json === undefined) return NO_RECORD;
  const record = parseStatusRecord(json);
  if (record !== undefined) return record;
  reporter.warn(
    `${file} is damaged or of another version, and is written anew`,
    'What failed or left the archive before is forgotten; modules of withdrawn kernels stay for longer.',
  );
  return NO_RECORD;
}

export async function writeStatusRecord(repository: string, record: StatusRecord): Promise<void> {
  const file = join(repository, STATUS_FILE);
  await makeDirectory(dirname(file));
  const json = `${JSON.stringify(record, null, 1)}\n`;
  await writeWhole(file, (temporary) => writeFile(temporary, json));
}
