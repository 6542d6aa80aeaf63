import { describeUnmade } from '../../package/dkms/describe-missing.ts';
import type { SourceGap } from '../tree/source-gaps.ts';
import type { TrapInTree, TreeContext, TreeRule } from '../tree/tree-rule.ts';

/** At most this many missing files get a finding each. One more finding gives the number of the other files. */
const MOST = 20;
const ADVICE = {
  packed: 'add the file to the source and to debian/*.install',
  tree: 'add the file to the source, or add a makefile rule that makes it',
} as const;

/**
 * Yields a finding for each of the first MOST missing files, and one finding with the number of the others. If
 * `certain` is true, chooses files that every build needs, otherwise files that only some builds need. Leaves out files
 * that the rule source-not-listed reports.
 */
function* found({ gaps, listed }: TreeContext, certain: boolean): Iterable<TrapInTree> {
  const reported = new Set(listed?.missed ?? []);
  const chosen = gaps.filter(
    ({ missing }) => missing.certain === certain && !reported.has(missing.path),
  );
  for (const gap of chosen.slice(0, MOST)) {
    const { file, line, packed, hint } = gap;
    yield {
      file,
      line,
      message: messageOf(gap),
      missingScript: gap.missing.directive === undefined ? undefined : gap.missing.path,
      advice: hint === undefined ? ADVICE[packed ? 'packed' : 'tree'] : lowered(hint),
    };
  }
  const next = chosen[MOST];
  if (next === undefined) return;
  const { file, packed } = next;
  const message = `${packed ? 'the package' : 'the source'} lacks ${chosen.length - MOST} more files`;
  yield { file, message, advice: ADVICE[packed ? 'packed' : 'tree'] };
}

function lowered(hint: string): string {
  return hint.charAt(0).toLowerCase() + hint.slice(1).replace(/\.$/, '');
}

function messageOf({ missing, packed }: SourceGap): string {
  const { kind, path, danglingTarget, directive } = missing;
  const where = packed ? 'the package' : 'the source';
  if (kind === 'module') return describeUnmade(missing);
  if (danglingTarget !== undefined)
    return `${path} is a link to ${danglingTarget}, which does not exist`;
  if (directive !== undefined) return `${directive} runs ${path}, which is not in ${where}`;
  return `${where} has no ${path}`;
}

const incompleteSource: TreeRule = {
  code: 'incomplete-source',
  severity: 'error',
  title: 'a source that cannot be compiled',
  why: 'The build needs a file that does not exist and that no rule makes, or no makefile makes a module of dkms.conf. The build then fails for every kernel (kernel, scripts/Makefile.build; dkms.in, do_build). dkms-deb build and verify refuse such a package.',
  bad: 'foo-y := main.o compat.o   # Kbuild; compat.c does not exist',
  good: 'foo-y := main.o',
  *check(context) {
    yield* found(context, true);
  },
};

const doubtfulSource: TreeRule = {
  code: 'doubtful-source',
  severity: 'warning',
  title: 'a missing file that some builds need',
  why: 'A file is missing. Only some configurations need it, or a command of the build may make it. The build fails for a kernel with such a configuration, or if the command does not make the file.',
  bad: 'foo-$(CONFIG_PCI) += pci.o   # Kbuild; pci.c does not exist',
  good: 'foo-$(CONFIG_PCI) += pci.o   # Kbuild; pci.c exists',
  *check(context) {
    yield* found(context, false);
  },
};

export const COMPLETE_RULES: readonly TreeRule[] = [incompleteSource, doubtfulSource];
