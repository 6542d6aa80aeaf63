import type { Complaint } from '../../dkms/conf/complaint.ts';
import { lineOf } from '../text/conf-lookups.ts';
import type { ConfContext, ConfRule, RuleDescription, Trap } from '../text/rule.ts';

/**
 * Makes a rule that reports the complaints of one kind. DKMS or dkms-deb refuses a file with such a complaint with
 * status 8 (dkms.in, read_conf and read_conf_strict).
 */
function refusal(
  kind: Complaint['kind'],
  description: RuleDescription,
  found: (context: ConfContext, directive: string, index: number) => Partial<Trap>,
): ConfRule {
  return {
    ...description,
    *check(context) {
      const { complaints = [], moreComplaints = 0 } = context.evaluation ?? {};
      for (const complaint of complaints) {
        if (complaint.kind !== kind) continue;
        const { directive = '', index, words } = complaint;
        const line = lineOf(context, directive, index);
        if (isDefault(context, directive, index)) continue;
        // The complaint is about a placeholder. A script of the project replaces the placeholder by a value, which may
        // be right.
        if (line !== undefined && context.placeholders.some((found) => found.line === line))
          continue;
        const message = words.replace(/^dkms\.conf: Error! /, '').replace(/\.$/, '');
        yield { line, message, ...found(context, directive, index) };
      }
      if (moreComplaints > 0 && complaints.at(-1)?.kind === kind) {
        yield { message: `DKMS refuses the file for ${moreComplaints} more errors` };
      }
    },
  };
}

/**
 * Whether DKMS complains about a value although the file itself is right. There are two cases. First: the file does not
 * set DEST_MODULE_NAME, so that it has the value of BUILT_MODULE_NAME, and DKMS complains about both. Second: a
 * PACKAGE_ directive uses $module or $module_version. These variables are empty here, but `dkms -m NAME -v VERSION`
 * sets them before it reads dkms.conf.
 */
function isDefault({ text, evaluation }: ConfContext, directive: string, index: number): boolean {
  const assignment = text.assignmentOf(directive, index);
  if (assignment !== undefined) {
    return (
      /^PACKAGE_/.test(directive) && /\$\{?module(?:_version)?\b/.test(text.valueSource(assignment))
    );
  }
  if (directive !== 'DEST_MODULE_NAME') return false;
  return (
    evaluation?.complaints.some(
      (other) => other.directive === 'BUILT_MODULE_NAME' && other.index === index,
    ) ?? false
  );
}

const missingDirective = refusal(
  'missing',
  {
    code: 'missing-directive',
    severity: 'error',
    title: 'a required directive that is missing',
    why: 'Without it DKMS refuses the file with status 8 (dkms.in, read_conf). An index that is left out counts as a module without a name.',
    bad: 'BUILT_MODULE_NAME[0]="foo"',
    good: 'BUILT_MODULE_NAME[0]="foo"\nDEST_MODULE_LOCATION[0]="/updates"',
  },
  (context, directive, index) => {
    const shown = /^(?:BUILT|DEST)/.test(directive) ? `${directive}[${index}]` : directive;
    const like = [
      'BUILT_MODULE_NAME',
      'DEST_MODULE_LOCATION',
      'BUILT_MODULE_LOCATION',
      'DEST_MODULE_NAME',
    ];
    const near = like
      .map((name) => (/^(?:BUILT|DEST)/.test(directive) ? lineOf(context, name, index) : undefined))
      .find((line) => line !== undefined);
    const value = directive === 'DEST_MODULE_LOCATION' ? '/updates' : '…';
    return { line: lineOf(context, directive, index) ?? near, advice: `${shown}="${value}"` };
  },
);

const moduleNameSuffix = refusal(
  'suffix',
  {
    code: 'module-name-suffix',
    severity: 'error',
    title: 'a module name that ends in .ko',
    why: 'DKMS appends .ko itself, and refuses a name that ends in .ko or .o (dkms.in, read_conf; status 8).',
    bad: 'BUILT_MODULE_NAME[0]="foo.ko"',
    good: 'BUILT_MODULE_NAME[0]="foo"',
  },
  ({ text }, directive, index) => {
    const assignment = text.assignmentOf(directive, index);
    if (assignment === undefined) return {};
    const suffix = /\.k?o(?=["']?$)/.exec(text.valueSource(assignment));
    if (suffix === null) return { advice: 'remove the suffix' };
    const start = assignment.valueStart + suffix.index;
    return { edits: [{ start, end: start + suffix[0].length, text: '' }] };
  },
);

const badDestination = refusal(
  'destination',
  {
    code: 'bad-destination',
    severity: 'error',
    title: 'a destination that DKMS refuses',
    why: 'DEST_MODULE_LOCATION must begin with /kernel, /updates or /extra (dkms.in, read_conf; status 8). On Debian the value does not matter otherwise: all modules go to /updates/dkms.',
    bad: 'DEST_MODULE_LOCATION[0]="/drivers/net"',
    good: 'DEST_MODULE_LOCATION[0]="/updates"',
  },
  () => ({ advice: 'DEST_MODULE_LOCATION="/updates"' }),
);

const duplicateModule = refusal(
  'duplicate',
  {
    code: 'duplicate-module',
    severity: 'error',
    title: 'a module named twice',
    why: 'Since DKMS 3.1.7 the file is invalid if two modules have the same name (dkms.in, read_conf_strict; status 8).',
    bad: 'BUILT_MODULE_NAME[0]="foo"\nBUILT_MODULE_NAME[1]="foo"',
    good: 'BUILT_MODULE_NAME[0]="foo"\nBUILT_MODULE_NAME[1]="bar"',
  },
  () => ({}),
);

const indexTooLarge = refusal(
  'too-many-records',
  {
    code: 'index-too-large',
    severity: 'error',
    title: 'an index of the module arrays far beyond the number of modules',
    why: 'DKMS needs a module for every index from 0 to the largest one (dkms.in, read_conf; status 8).',
    bad: 'BUILT_MODULE_NAME[1000000]="foo"',
    good: 'BUILT_MODULE_NAME[0]="foo"',
  },
  ({ text }) => {
    const [largest] = text.assignments
      .filter(({ index }) => Number(index) > 0)
      .sort((one, other) => Number(other.index) - Number(one.index));
    return largest === undefined ? {} : { line: text.lineOf(largest.start) };
  },
);

const badName = refusal(
  'bad-name',
  {
    code: 'bad-name',
    severity: 'error',
    title: 'a name or version with characters that are not allowed',
    why: 'Names and versions become directories below /usr/src, file names, words of shell commands and fields of dkms status.',
    bad: 'PACKAGE_NAME="my driver"',
    good: 'PACKAGE_NAME="my-driver"',
  },
  (context, directive, index) => {
    return { line: lineOf(context, directive, index) };
  },
);

export const VALIDATION_RULES: readonly ConfRule[] = [
  missingDirective,
  moduleNameSuffix,
  badDestination,
  duplicateModule,
  indexTooLarge,
  badName,
];
