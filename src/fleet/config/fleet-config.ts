import * as z from 'zod';
import {
  DKMS_RELATIONS,
  INITRAMFS_CHOICES,
  KERNEL_DEPENDENCIES,
  META_KINDS,
} from '../../package/modules/package-choices.ts';

/**
 * The declaration of dkms-deb.yaml. The types, the checks and the JSON Schema are made from it. Texts in describe() are
 * the descriptions of the JSON Schema.
 */

const text = z.string().min(1).max(4096);
const texts = z.array(text).max(1000);
const count = z.int().min(1).max(1_000_000);
/** A day in the format in which `dkms-deb kernels` prints it. */
const day = z.iso.date();

/** Options of a driver that is a tree: a directory or a git checkout. */
const OF_TREES = {
  conf: text.optional().describe('path of the dkms.conf, if it is not at the top of the tree'),
  set: z
    .record(text, z.string())
    .optional()
    .describe('values for placeholders and directives of dkms.conf'),
  snapshot: z.boolean().optional().describe('give the packages the version of the git commit'),
  suffix: text.optional().describe('text that is appended to the version'),
};

const DRIVER = z.union([
  text.describe(
    'a directory, a URL of a git repository, a *-dkms*.deb, or the name of a package of an archive',
  ),
  z.strictObject({ path: text.describe('a directory with the source'), ...OF_TREES }),
  z.strictObject({
    git: text.describe('URL or path of a git repository'),
    ref: text.optional().describe('branch, tag or commit; by default HEAD of the repository'),
    ...OF_TREES,
  }),
  z.strictObject({ deb: text.describe('path of a *-dkms*.deb') }),
  z.strictObject({
    package: text.describe('name of a package of an archive, such as v4l2loopback-dkms'),
    suite: text.optional().describe('suite from which the package is taken'),
  }),
]);

export const SIGN = z
  .strictObject({
    key: z.union([text, texts]).optional().describe('file or pkcs11: URI of the key'),
    certificate: z.union([text, texts]).optional().describe('certificate of each key'),
    command: text
      .optional()
      .describe('program, with arguments, that writes the signature of a file to stdout'),
    hash: text
      .optional()
      .describe("hash to sign with, instead of that in the kernel's configuration"),
    'passphrase-file': text.optional().describe('file with the pass phrase of the key'),
    'passphrase-env': text.optional().describe('environment variable with the pass phrase'),
    timeout: count.optional().describe('seconds that one signature may take'),
  })
  .describe(
    'signing of modules; if only a certificate is named, bmdeb-sign signs the modules later',
  );

export const REPOSITORY = z
  .strictObject({
    path: text.optional().describe('directory of the repository'),
    url: text.optional().describe('address at which machines read the repository'),
    origin: text.optional().describe("Origin in the repository's Release files"),
    label: text.optional().describe("Label in the repository's Release files"),
    suites: z
      .record(text, text)
      .optional()
      .describe("name of the repository's suite for each codename; by default the codename"),
    keys: texts
      .optional()
      .describe('keys that sign the repository: fingerprints, or files with the keys'),
    retention: z
      .strictObject({
        days: count
          .optional()
          .describe(
            'days for which modules are kept after their kernel has left its suite; by default 180',
          ),
        newest: count
          .optional()
          .describe(
            'number of the newest kernels of each flavour whose modules are always kept; by default 3',
          ),
      })
      .optional()
      .describe('which packages are kept'),
    generations: count
      .optional()
      .describe(
        'how many of the newest indices of each suite stay, with their files, for slow clients; by default 3, at least 2',
      ),
    'valid-for': z
      .string()
      .regex(/^\d{1,4}d$/)
      .optional()
      .describe(
        'time after which machines refuse the index (Valid-Until), such as 30d; publish again before that',
      ),
  })
  .describe('the repository that publish writes');

/**
 * Matches a name of a git branch that needs no quotes. The name is copied into the files of CI systems, without quotes.
 */
const BRANCH = /^(?!.*\.\.)[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)*$/;
/**
 * A place for rsync. rsync deletes everything else in the directory of this place, so the path must end in a name: `/`,
 * `.`, `..` and the home directory of `HOST:` are refused.
 */
const RSYNC_PLACE = /^(?=(?:.*[:/])?[^:/]*\w[^:/]*\/*$)[A-Za-z0-9/][\w.@:/+-]*$/;
const IMAGE = /^[a-z0-9][\w./:@-]*$/;
/** The five fields of a line of crontab(5) that give the time. */
const CRON = /^[\d*,/-]+(?: [\dA-Z*,/-]+){4}$/;

const CI = z
  .strictObject({
    branch: text
      .regex(BRANCH)
      .optional()
      .describe('git branch in which the apt repository is stored; by default the branch packages'),
    rsync: text
      .regex(RSYNC_PLACE)
      .optional()
      .describe(
        'place in which the apt repository is stored instead of a branch, for rsync: HOST:DIR',
      ),
    schedule: text
      .regex(CRON)
      .optional()
      .describe("when the pipeline runs without a push, as in crontab(5); by default '17 5 * * *'"),
    image: text
      .regex(IMAGE)
      .optional()
      .describe('container image of the jobs; by default debian:trixie'),
  })
  .describe('the pipeline that dkms-deb ci writes');

export const FLEET_CONFIG = z.strictObject({
  drivers: z.array(DRIVER).min(1).max(1000).describe('the drivers to build'),
  suites: texts
    .optional()
    .describe("suites with the kernels to build for; the mirrors are those of the machine's apt"),
  sources: texts.optional().describe('files with sources of other archives (sources.list(5))'),
  architectures: texts
    .optional()
    .describe("architectures of the kernels; by default the machine's"),
  flavours: texts
    .optional()
    .describe('flavours of the kernels, such as cloud-amd64; by default all'),
  kernels: texts
    .optional()
    .describe('releases of kernels, or glob patterns for them; by default all'),
  latest: count
    .optional()
    .describe(
      'build only for this many of the newest kernels of each suite (with its -updates and -security), architecture and flavour; by default for all',
    ),
  since: day
    .optional()
    .describe('only kernels that dkms-deb first saw in the archives on this day or later'),
  required: texts
    .optional()
    .describe('kernels (glob patterns) whose failure makes the run fail; by default all'),
  'allow-failure': texts
    .optional()
    .describe('kernels (glob patterns) whose failure does not make the run fail'),
  meta: z.enum(META_KINDS).optional().describe('kind of the metapackages; by default none'),
  modalias: z
    .boolean()
    .optional()
    .describe("name the devices in the metapackages, for Ubuntu's ubuntu-drivers"),
  dbgsym: z.boolean().optional().describe('also build -dbgsym packages'),
  initramfs: z
    .enum(INITRAMFS_CHOICES)
    .optional()
    .describe("whether installing the modules rebuilds their kernel's initramfs; by default never"),
  'dkms-relation': z
    .enum(DKMS_RELATIONS)
    .optional()
    .describe(
      'whether packages of modules coexist with NAME-dkms, conflict with it, or provide it; by default they coexist',
    ),
  'kernel-dep': z
    .enum(KERNEL_DEPENDENCIES)
    .optional()
    .describe("dependency on the kernel's package; by default the kernel's configuration decides"),
  'kernel-package': text.optional().describe("package of the kernel's image"),
  maintainer: text.optional().describe("maintainer of the packages: 'Name <mail>'"),
  sign: SIGN.optional(),
  repository: REPOSITORY.optional(),
  ci: CI.optional(),
  'task-minutes': z
    .int()
    .min(1)
    .max(1440)
    .optional()
    .describe('minutes that one task should take on one processor; by default 10'),
});

/**
 * The contents of a dkms-deb.yaml. Its paths are as in the file: absolute, or relative to the directory of the file.
 */
export type FleetConfig = z.infer<typeof FLEET_CONFIG>;
export type ConfiguredDriver = FleetConfig['drivers'][number];
