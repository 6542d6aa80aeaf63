import * as z from 'zod';
import { TASK_ID } from '../plan/plan-document.ts';

/** The declaration of results.json, which `run` writes for each task and `publish` and `status` read. */
export const RESULTS_SCHEMA = 1;

const word = z.string().max(300);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** The name of a file in the task's directory. */
const fileName = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9][A-Za-z0-9.+~:_%-]*$/);

const ERROR = z.strictObject({
  code: word,
  message: z.string().max(65_536),
  hint: z.string().max(65_536).optional(),
  /** The first error of the compiler or of modpost (isErrorLine). */
  firstError: z.string().max(65_536).optional(),
  /** The path of the build's log, relative to the task's directory. */
  log: z
    .string()
    .regex(/^logs\/[A-Za-z0-9][A-Za-z0-9.+~:_-]*$/)
    .optional(),
});

const RESULT = z.strictObject({
  driver: word,
  kernel: word,
  key: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  status: z.enum(['built', 'excluded', 'failed']),
  required: z.boolean(),
  /**
   * How many seconds the build took. Fetching headers and compiler is not counted, unless the build ended during it. 0
   * if the build could not begin, or its worker was lost.
   */
  seconds: z.number(),
  /** Set if nothing was compiled, because the cache had the modules. */
  cached: z.literal(true).optional(),
  file: fileName.optional(),
  sha256: digest.optional(),
  dbgsym: fileName.optional(),
  dbgsymSha256: digest.optional(),
  /** The package with the files for all kernels. Several builds name the same package. */
  common: fileName.optional(),
  commonSha256: digest.optional(),
  modules: z.array(word).optional(),
  /** Why the driver excludes the kernel. */
  reason: z.string().max(65_536).optional(),
  error: ERROR.optional(),
});

export const RESULTS = z.strictObject({
  schema: z.literal(RESULTS_SCHEMA),
  /** The sha256 of the plan. */
  plan: digest,
  task: z.string().regex(TASK_ID),
  builds: z.array(RESULT),
});

export type TaskResults = z.infer<typeof RESULTS>;
export type BuildResult = TaskResults['builds'][number];
