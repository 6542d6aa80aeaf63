import { type Directive, HOOKS, SCALAR_DIRECTIVES, YES_NO_DIRECTIVES } from '../conf/directives.ts';
import { BUILD_DIRECTIVES } from './build-directives.ts';
import type { DirectiveFacts } from './facts-form.ts';
import { MODULE_DIRECTIVES } from './module-directives.ts';
import { OLD_DIRECTIVES } from './old-directives.ts';
import { PACKAGE_DIRECTIVES } from './package-directives.ts';

/**
 * The facts about each directive, for editors and docs/dkms-conf.md. Releases are upstream's tags. `since` is the first
 * release in which dkms or dkms(8) has the name of the directive.
 */
const FACTS: Readonly<Record<Directive, DirectiveFacts>> = {
  ...PACKAGE_DIRECTIVES,
  ...BUILD_DIRECTIVES,
  ...MODULE_DIRECTIVES,
  ...OLD_DIRECTIVES,
};

/** The directives in the order of the documentation: by subject, the old ones last. */
export const BY_SUBJECT = Object.keys(FACTS) as readonly Directive[];

export function factsOf(directive: Directive): DirectiveFacts {
  return FACTS[directive];
}

/** Directives of which DKMS reads only element 0, or did so in the releases that had the directive. */
const SCALARS: ReadonlySet<Directive> = new Set([...SCALAR_DIRECTIVES, 'REMAKE_INITRD'] as const);

/** Whether DKMS reads more than element 0 of a directive. */
export function isArray(directive: Directive): boolean {
  return !SCALARS.has(directive);
}

/** What the value of a directive is. */
export type ValueKind =
  | 'yes-no'
  | 'script'
  | 'command'
  | 'module'
  | 'directory'
  | 'destination'
  | 'patch'
  | 'text';

const KINDS: Partial<Readonly<Record<Directive, ValueKind>>> = {
  MAKE: 'command',
  PATCH: 'patch',
  BUILT_MODULE_NAME: 'module',
  DEST_MODULE_NAME: 'module',
  BUILT_MODULE_LOCATION: 'directory',
  DEST_MODULE_LOCATION: 'destination',
  STRIP: 'yes-no',
  ...valuesFor(YES_NO_DIRECTIVES, 'yes-no'),
  ...valuesFor(HOOKS, 'script'),
};

export function kindOfValue(directive: Directive): ValueKind {
  return KINDS[directive] ?? 'text';
}

function valuesFor(directives: readonly Directive[], kind: ValueKind) {
  return Object.fromEntries(directives.map((name) => [name, kind]));
}

/** The variables that DKMS documents for values of dkms.conf, and others on which many files rely. */
export const VARIABLES = {
  kernelver: 'the release of the kernel to build for',
  kernel_source_dir:
    'the headers of the kernel to build for, usually /lib/modules/$kernelver/build',
  arch: 'the architecture as uname -m prints it',
  dkms_tree:
    'the directory of DKMS, usually /var/lib/dkms; $dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build is the copy of the source that is built',
  source_tree: 'the directory of all sources, usually /usr/src',
  parallel_jobs: 'the number of jobs that DKMS passes to make',
  PACKAGE_NAME: 'the name of the driver, if an earlier line sets it',
  PACKAGE_VERSION: 'the version of the driver, if an earlier line sets it',
} as const;

/** Returns what a person should read about a directive, as Markdown: signature, meaning, default, history, example. */
export function describeDirective(directive: Directive): string {
  const { meaning, unset, example } = FACTS[directive];
  return [
    `**${directive}**${isArray(directive) ? '[n]' : ''}`,
    meaning,
    `If it is not set, ${unset}.`,
    historyOf(directive)
      .map((line) => `- ${line}`)
      .join('\n'),
    ['```bash', example, '```'].join('\n'),
  ].join('\n\n');
}

/** Returns when DKMS got a directive, and how it changed, as sentences. */
export function historyOf(directive: Directive): string[] {
  const { since, changes = [], deprecated } = FACTS[directive];
  return [
    `Since DKMS ${since}.`,
    ...changes.map(({ release, what }) => `DKMS ${release}: ${what}.`),
    ...(deprecated === undefined
      ? []
      : [`Deprecated since DKMS ${deprecated.release}: ${deprecated.instead}.`]),
  ];
}
