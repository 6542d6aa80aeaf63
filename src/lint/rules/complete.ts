import { describeUnmade } from '../../package/dkms/describe-missing.ts';
import type { SourceGap } from '../tree/source-gaps.ts';
import type { TrapInTree, TreeContext, TreeRule } from '../tree/tree-rule.ts';

const MOST = 20;
const ADVICE = {
  packed: 'add it to debian/*.install, or to the source',
  tree: 'add it to the source, or give the build a rule that makes it',
} as const;

/** The gaps of one kind, without what another rule tells of the same file. */
function* found({ gaps, listed }: TreeContext, certain: boolean): Iterable<TrapInTree> {
  const told = new Set(listed?.missed ?? []);
  const chosen = gaps.filter(({ missing }) => missing.certain === certain);
  for (const gap of chosen.filter(({ missing }) => !told.has(missing.path)).slice(0, MOST)) {
    const { file, line, packed, hint } = gap;
    yield {
      file,
      line,
      message: messageOf(gap),
      missingScript: gap.missing.directive === undefined ? undefined : gap.missing.path,
      advice: hint === undefined ? ADVICE[packed ? 'packed' : 'tree'] : lowered(hint),
    };
  }
}

function lowered(hint: string): string {
  return hint.charAt(0).toLowerCase() + hint.slice(1).replace(/\.$/, '');
}

function messageOf({ missing, packed }: SourceGap): string {
  const { kind, path, danglingTarget, directive } = missing;
  const where = packed ? 'the package' : 'the source';
  if (kind === 'module') return describeUnmade(missing);
  if (danglingTarget !== undefined)
    return `${path} is a link to ${danglingTarget}, which is not there`;
  if (directive !== undefined) return `${directive} runs ${path}, which ${where} does not have`;
  return `${where} has no ${path}`;
}

const incompleteSource: TreeRule = {
  code: 'incomplete-source',
  severity: 'error',
  title: 'a source that cannot be compiled',
  why: 'The makefiles name a file that is neither there nor made by any rule, or none of them makes a module: kbuild stops there for every kernel (scripts/Makefile.build). dkms-deb build and verify refuse such a package.',
  bad: 'foo-y := main.o compat.o   # Kbuild; there is no compat.c',
  good: 'foo-y := main.o',
  *check(context) {
    yield* found(context, true);
  },
};

const doubtfulSource: TreeRule = {
  code: 'doubtful-source',
  severity: 'warning',
  title: 'a file that some builds need and that is not there',
  why: 'A makefile names it for some configurations only, or a command of the build may make it. Where neither is so, the build stops there.',
  bad: 'foo-$(CONFIG_PCI) += pci.o   # Kbuild; there is no pci.c',
  good: 'foo-$(CONFIG_PCI) += pci.o   # and pci.c',
  *check(context) {
    yield* found(context, false);
  },
};

export const COMPLETE_RULES: readonly TreeRule[] = [incompleteSource, doubtfulSource];
