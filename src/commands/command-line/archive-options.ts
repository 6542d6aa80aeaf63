import { UsageError } from '../../errors.ts';
import { meantArchitecture } from '../../kernel/architecture-names.ts';
import type { ArchiveWish } from '../../pipelines/archive-kernels/open-archives.ts';
import type { OptionDeclaration, OptionDeclarations } from './command.ts';

const ARCHIVES = { group: 'Kernels of an archive' } as const;

/** The options by which a command gets kernels from archives. */
export const ARCHIVE_OPTIONS = {
  suite: {
    ...ARCHIVES,
    type: 'string',
    argument: 'SUITE',
    repeat: true,
    default: [],
    describe: 'a suite such as trixie, trixie-security or trixie-backports; may be repeated',
  },
  sources: {
    ...ARCHIVES,
    type: 'string',
    argument: 'FILE',
    repeat: true,
    default: [],
    completes: 'file',
    describe: 'a .sources or .list file (sources.list(5)) that names archives; may be repeated',
  },
  arch: {
    ...ARCHIVES,
    type: 'string',
    argument: 'ARCH',
    repeat: true,
    default: [],
    describe:
      "architecture of the kernels, such as arm64; may be repeated (default: this machine's)",
  },
  latest: {
    ...ARCHIVES,
    type: 'number',
    argument: 'N',
    describe:
      'only the newest N kernels of each suite (with its -updates and -security), architecture and flavour',
  },
  since: {
    ...ARCHIVES,
    type: 'string',
    argument: 'DATE',
    describe:
      'only kernels that dkms-deb first saw in an archive on this day or later, such as 2026-11-27',
  },
  store: {
    ...ARCHIVES,
    type: 'string',
    argument: 'DIR',
    completes: 'directory',
    describe: 'keep headers and compilers in DIR (default: ~/.cache/dkms-deb/headers)',
  },
  offline: {
    ...ARCHIVES,
    type: 'boolean',
    default: false,
    describe: 'fetch nothing, and use only kernels that are in the store',
  },
  refresh: {
    ...ARCHIVES,
    type: 'boolean',
    default: false,
    describe: 'fetch the package lists even if they are less than an hour old',
  },
  'snapshot-archive': {
    ...ARCHIVES,
    type: 'string',
    argument: 'URL',
    describe:
      'snapshot archive for named kernels that no suite has any more, such as https://snapshot.debian.org',
  },
} as const satisfies OptionDeclarations;

/** The option with which a command chooses kernels of archives by flavour. */
export const FLAVOUR_OPTION = {
  ...ARCHIVES,
  type: 'string',
  argument: 'NAME',
  repeat: true,
  default: [],
  describe: 'only kernels of this flavour, such as cloud-amd64; may be repeated',
} as const satisfies OptionDeclaration;

/** The values of ARCHIVE_OPTIONS. */
export interface ArchiveArguments {
  readonly suite: readonly string[];
  readonly sources: readonly string[];
  readonly arch: readonly string[];
  readonly latest?: number | undefined;
  readonly since?: string | undefined;
  readonly store?: string | undefined;
  readonly offline: boolean;
  readonly refresh: boolean;
  readonly snapshotArchive?: string | undefined;
}

/** The values of ARCHIVE_OPTIONS if none of these options is given. */
export const NO_ARCHIVES: ArchiveArguments = {
  suite: [],
  sources: [],
  arch: [],
  offline: false,
  refresh: false,
};

/**
 * Whether the options ask for kernels of archives. If they do not, throws UsageError for an option that is only for
 * such kernels.
 */
export function wantsArchives(args: ArchiveArguments): boolean {
  if (args.suite.length > 0 || args.sources.length > 0 || args.offline) return true;
  const alone: readonly (readonly [string, boolean])[] = [
    ['--arch', args.arch.length > 0],
    ['--latest', args.latest !== undefined],
    ['--since', args.since !== undefined],
    ['--store', args.store !== undefined],
    ['--refresh', args.refresh],
    ['--snapshot-archive', args.snapshotArchive !== undefined],
  ];
  const given = alone.find(([, isGiven]) => isGiven)?.[0];
  if (given === undefined) return false;
  throw new UsageError(`${given} needs --suite or --sources`, {
    hint: 'Name the suite whose kernels are meant, such as --suite trixie.',
  });
}

/**
 * Returns the archives that the options name. `host` is the architecture of this machine, which is the default. Throws
 * UsageError for invalid values and for options that cannot be combined.
 */
export function archiveWish(args: ArchiveArguments, host: string): ArchiveWish {
  if (args.offline && args.refresh) {
    throw new UsageError('--offline and --refresh cannot be combined');
  }
  const architectures = args.arch.length > 0 ? args.arch : [host];
  for (const name of architectures) {
    const question = meantArchitecture(name);
    if (/^[a-z][a-z0-9-]*$/.test(name) && question === '') continue;
    throw new UsageError(`${JSON.stringify(name)} is not a Debian architecture`, {
      hint: `${question}Name an architecture, such as amd64 or arm64.`,
    });
  }
  return {
    suites: args.suite,
    sourceFiles: args.sources,
    architectures,
    store: args.store,
    offline: args.offline,
    refresh: args.refresh,
    snapshotArchive: readSnapshotArchive(args),
  };
}

/**
 * Returns the URL of --snapshot-archive without slashes at its end, or undefined without this option. Throws UsageError
 * for a text that is not an http or https URL, with --offline, and without --suite.
 */
function readSnapshotArchive({
  snapshotArchive: given,
  offline,
  suite,
}: ArchiveArguments): string | undefined {
  if (given === undefined) return undefined;
  if (!/^https?:\/\/[\w.-]+(?::\d+)?(?:\/[\w.~/-]*)?$/.test(given)) {
    throw new UsageError(`--snapshot-archive ${JSON.stringify(given)} is not a URL`, {
      hint: 'Write a URL such as https://snapshot.debian.org.',
    });
  }
  if (offline) throw new UsageError('--offline and --snapshot-archive cannot be combined');
  if (suite.length === 0) {
    throw new UsageError('--snapshot-archive needs --suite', {
      hint: 'Name the Debian suite that had the kernel, such as --suite trixie.',
    });
  }
  return given.replace(/\/+$/, '');
}

/** Returns the values of --latest and --since. Throws UsageError for invalid values. */
export function archiveLimits({ latest, since }: ArchiveArguments): {
  latest: number | undefined;
  since: string | undefined;
} {
  if (latest !== undefined && !(Number.isInteger(latest) && latest >= 1)) {
    throw new UsageError('--latest needs a whole number of at least 1');
  }
  if (
    since !== undefined &&
    !(/^\d{4}-\d\d-\d\d$/.test(since) && !Number.isNaN(Date.parse(since)))
  ) {
    throw new UsageError(`--since ${JSON.stringify(since)} is not a date`, {
      hint: 'Write a day such as 2026-11-27.',
    });
  }
  return { latest, since };
}
