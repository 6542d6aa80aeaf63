import * as z from 'zod';
import {
  DKMS_RELATIONS,
  INITRAMFS_CHOICES,
  KERNEL_DEPENDENCIES,
  META_KINDS,
} from '../../package/modules/package-choices.ts';
import { REPOSITORY, SIGN } from '../config/fleet-config.ts';

/**
 * The declaration of plan.json. Increase PLAN_SCHEMA with every change that an older or newer dkms-deb could not
 * read; the format before the first release is version 1. A plan may come from another machine, so a text that becomes
 * a file name, an argument or a word for apt is restricted here; the places of drivers are checked where they are used.
 */
export const PLAN_SCHEMA = 1;
/**
 * The most tasks of a plan. If a plan would have more, the tasks are made larger; if that is impossible, planning
 * fails. GitHub allows 256 jobs of a matrix, GitLab 200.
 */
export const MOST_TASKS = 200;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const key = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const word = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9.+~:_-]*$/);
/**
 * An id of a task is a safe file name, and short enough for a value in the matrix of every CI system (GitLab: 247
 * characters).
 */
export const TASK_ID = /^[a-z0-9][a-z0-9.-]{0,62}$/;
const taskId = z.string().regex(TASK_ID);
const text = z.string().max(65_536);
const long = z.string().max(16_777_216);

/** A package of an archive, identified by the digest of its contents. */
const PACKAGE = z.strictObject({
  name: word,
  version: word,
  architecture: word,
  sha256: digest,
  size: z.number().optional(),
  /** The URI of the .deb. The archive may still have the file when its lists no longer name it. */
  uri: z
    .string()
    .max(4096)
    .regex(/^[a-z][a-z0-9+.-]*:[^\s\p{Cc}]*$/u)
    .optional(),
});

/** A DriverDescription. `publish` needs it for metapackages. */
const DESCRIPTION = z.strictObject({
  source: word,
  dkmsPackage: word,
  version: word,
  sourceVersion: word,
  maintainer: z.strictObject({ name: text, email: text }),
  homepage: text.optional(),
  synopsis: text,
  paragraphs: z.array(text),
  copyright: long,
  changelog: long,
  distributions: z.array(word),
});

const DRIVER = z.strictObject({
  id: word,
  kind: z.enum(['tree', 'git', 'deb', 'archive']),
  /** The path of a tree or .deb, relative to the plan's directory; for git, the URL of the repository. */
  place: text.optional(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .optional(),
  package: PACKAGE.extend({ suite: text.optional() }).optional(),
  conf: text.optional(),
  set: z.record(z.string(), text).optional(),
  snapshot: z.boolean().optional(),
  suffix: text.optional(),
  /** PACKAGE_NAME and PACKAGE_VERSION of dkms.conf. */
  name: word,
  version: word,
  buildDepends: z.array(word),
  description: DESCRIPTION,
  /** The time stamp of all files in the packages, in seconds. */
  timestamp: z.int(),
  /** The sha256 of all files except dkms.conf, and the sha256 of dkms.conf. */
  sha256: digest,
  confSha256: digest,
  cost: z.strictObject({
    /** How many seconds a build takes for one kernel. */
    seconds: z.number(),
    /**
     * The number of earlier builds that were measured. If it is 0, `seconds` is an estimate from the size of the
     * source.
     */
    builds: z.int(),
  }),
  /** The sha256 of the driver's files for all kernels. Unset if the driver has no such files. */
  common: digest.optional(),
});

const KERNEL = z.strictObject({
  id: word,
  /**
   * The release of the kernel. For Armbian it is the name of the headers package, because only the contents of this
   * package tell the release.
   */
  name: word,
  release: word.nullable(),
  base: text,
  suites: z.array(text),
  architecture: word,
  version: word,
  source: word,
  flavour: word,
  family: z.enum(['debian', 'ubuntu', 'proxmox']),
  required: z.boolean(),
  parts: z.array(PACKAGE).min(1),
  libc: word.nullable(),
  /** The compiler, and the id of its packages. Null if only the headers name the compiler. */
  compiler: word.nullable(),
  toolchain: word.nullable(),
});

/** The packages of one compiler. */
const TOOLCHAIN = z.strictObject({
  id: word,
  base: text,
  compiler: word,
  architecture: word,
  packages: z.array(PACKAGE),
});

const BUILD = z.strictObject({
  driver: word,
  kernel: word,
  key,
  reason: text,
  /** The N in the suffix +bN of the package's version. Unset if the version needs no suffix. */
  rebuild: z.number().int().positive().optional(),
  /**
   * Set if the package is published already, and is built only because this other driver needs the symbols of the
   * modules.
   */
  neededBy: word.optional(),
});

const TASK = z.strictObject({
  id: taskId,
  base: text,
  architecture: word,
  toolchain: word,
  /** The estimated seconds. They decide how builds are divided into tasks. */
  cost: z.number(),
  builds: z.array(BUILD),
});

export const PLAN = z.strictObject({
  schema: z.literal(PLAN_SCHEMA),
  /** The sha256 of everything else in the plan. */
  sha256: digest,
  created: text,
  tool: text,
  /** The sha256 of the settings in dkms-deb.yaml and in the options. */
  configuration: digest,
  /**
   * The dkms-deb.yaml from which the plan was made: its path relative to the plan's directory, and the sha256 of its
   * settings without those of options. Unset if the plan was made without such a file.
   */
  configFile: z.strictObject({ path: text, sha256: digest }).optional(),
  /** The architecture of the machines that can run the plan. */
  host: word,
  archives: z.strictObject({
    suites: z.array(text),
    sources: z.array(z.strictObject({ file: text, text: long })),
    architectures: z.array(word),
  }),
  packages: z.strictObject({
    dbgsym: z.boolean(),
    initramfs: z.enum(INITRAMFS_CHOICES),
    dkmsRelation: z.enum(DKMS_RELATIONS),
    kernelDependency: z.enum(KERNEL_DEPENDENCIES).optional(),
    kernelPackage: word.optional(),
    /** Relative paths are relative to the plan's directory. Absolute paths and pkcs11: URIs are as in dkms-deb.yaml. */
    sign: SIGN.optional(),
    meta: z.enum(META_KINDS).optional(),
    modalias: z.boolean().optional(),
  }),
  /** The same as in dkms-deb.yaml, but its relative paths are relative to the plan's directory. */
  repository: REPOSITORY.optional(),
  /** Paths that are not a part of any driver's source, relative to the plan's directory. */
  without: z.array(text).optional(),
  drivers: z.array(DRIVER),
  kernels: z.array(KERNEL),
  toolchains: z.array(TOOLCHAIN),
  tasks: z.array(TASK).max(MOST_TASKS),
  kept: z.array(z.strictObject({ driver: word, kernel: word, key, file: text })),
  excluded: z.array(z.strictObject({ driver: word, kernel: word, reason: text })),
});

export type Plan = z.infer<typeof PLAN>;
export type PlannedDriver = Plan['drivers'][number];
export type PlannedKernel = Plan['kernels'][number];
export type PlannedToolchain = Plan['toolchains'][number];
export type PlannedTask = Plan['tasks'][number];
export type PlannedBuild = PlannedTask['builds'][number];
