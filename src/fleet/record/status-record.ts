import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { placeOfFile, readRepositoryFile } from '../../repository/repository-file.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { writeWhole } from '../../system/files/output.ts';

/** The file in which a repository records the status of each build. The path is relative to the repository. */
export const STATUS_FILE = 'dkms-deb/status.json';
/**
 * The largest record in bytes. A larger one cannot be read. An entry has about 500 bytes, so there is room for half a
 * million builds.
 */
const MOST_BYTES = 256 * 1024 * 1024;

const text = z.string().max(4096);
const date = z.iso.datetime();

const ENTRY = z.object({
  /** PACKAGE_NAME of dkms.conf. */
  driver: text,
  release: text,
  architecture: text,
  suite: text,
  /** `missing`: the plan has the build, but there is neither a published package nor a result of this build. */
  status: z.enum(['published', 'failed', 'excluded', 'missing']),
  /** When the build got this status. */
  since: date,
  required: z.boolean(),
  /** The version of the published package. If the last build failed, it is the version of the last good build. */
  version: text.optional(),
  key: text.optional(),
  /** The duration, in seconds, of the last build that compiled modules. */
  seconds: z.number().optional(),
  /** Why the driver excludes the kernel. */
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
  /** When a plan last had this kernel. */
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

export const NO_RECORD: FoundRecord = { schema: 1, builds: [], kernels: [] };

/**
 * Reads the text of a status.json. Nobody has signed it, so it may contain anything. Returns undefined if it is not a
 * record.
 */
function parseStatusRecord(json: string): StatusRecord | undefined {
  try {
    const result = RECORD.safeParse(JSON.parse(json));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** A record that was read. `updated` is unset if the repository has no record. */
export type FoundRecord = Omit<StatusRecord, 'updated'> & { readonly updated?: string };

/**
 * Reads the record of a repository in a directory or at a URL. Returns an empty record if the repository has no record.
 * A damaged record, or a record in another version of the format, counts as no record, and `onDamaged` gets a text that
 * says so. Throws the errors of readRepositoryFile.
 */
export async function readStatusRecord(
  repository: string,
  onDamaged: (what: string) => void,
): Promise<FoundRecord> {
  const file = { repository, path: STATUS_FILE, mostBytes: MOST_BYTES };
  const json = await readRepositoryFile(file);
  if (json === undefined) return NO_RECORD;
  const record = parseStatusRecord(json.toString('utf8'));
  if (record !== undefined) return record;
  onDamaged(`${placeOfFile(file)} is damaged, or has another version of the format`);
  return NO_RECORD;
}

export async function writeStatusRecord(repository: string, record: StatusRecord): Promise<void> {
  const file = join(repository, STATUS_FILE);
  await makeDirectory(dirname(file));
  const json = `${JSON.stringify(record, null, 1)}\n`;
  await writeWhole(file, (temporary) => writeFile(temporary, json));
}
