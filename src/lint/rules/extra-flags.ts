import { topWords } from '../../kbuild/make-words.ts';
import { appendTo } from '../../system/text/append-to.ts';
import { type MakeAssignment, type MakeBranch, makeAssignments } from '../text/make-assignments.ts';
import { makeReferences } from '../text/make-references.ts';
import { makefilesOf } from '../tree/read-makefiles.ts';
import type { TreeRule } from '../tree/tree-rule.ts';

/** What kbuild has instead of a variable such as EXTRA_CFLAGS. */
interface Successor {
  readonly flags: string;
  /** The beginning of the name of the variable for one object. The object's name follows it: CFLAGS_foo.o. */
  readonly ofObject: string;
  /** The variable that may be given to make. Undefined if kbuild has no such variable. */
  readonly passed: string | undefined;
  /** Matches the variables whose flags are in the same command of kbuild as those of `flags`. */
  readonly used: RegExp;
}

/** kernel, scripts/Makefile.lib: _c_flags, _a_flags, _cpp_flags, ld_flags. */
const SUCCESSORS: Readonly<Record<string, Successor>> = {
  EXTRA_CFLAGS: {
    flags: 'ccflags-y',
    ofObject: 'CFLAGS_',
    passed: 'KCFLAGS',
    used: /^(?:(?:subdir-)?ccflags-.+|K(?:BUILD_)?C(?:PP)?FLAGS|(?:KBUILD_)?CFLAGS_MODULE|LINUXINCLUDE|NOSTDINC_FLAGS)$/,
  },
  EXTRA_AFLAGS: {
    flags: 'asflags-y',
    ofObject: 'AFLAGS_',
    passed: 'KAFLAGS',
    used: /^(?:(?:subdir-)?asflags-.+|K(?:BUILD_)?(?:A|CPP)FLAGS|(?:KBUILD_)?AFLAGS_MODULE|LINUXINCLUDE|NOSTDINC_FLAGS)$/,
  },
  EXTRA_CPPFLAGS: {
    flags: 'cppflags-y',
    ofObject: 'CPPFLAGS_',
    passed: 'KCPPFLAGS',
    used: /^(?:cppflags-.+|K(?:BUILD_)?CPPFLAGS)$/,
  },
  EXTRA_LDFLAGS: {
    flags: 'ldflags-y',
    ofObject: 'LDFLAGS_',
    passed: undefined,
    used: /^(?:ldflags-.+|KBUILD_LDFLAGS)$/,
  },
};

const OLD_NAMES = Object.keys(SUCCESSORS).join('|');

const extraFlags: TreeRule = {
  code: 'extra-cflags',
  severity: 'warning',
  title: 'EXTRA_CFLAGS is gone from kbuild',
  why: 'Linux 6.15 removed EXTRA_CFLAGS, EXTRA_AFLAGS, EXTRA_CPPFLAGS and EXTRA_LDFLAGS (kernel commit e966ad0edd00). Since then kbuild ignores these variables without a message, and so the include paths and definitions in them. ccflags-y, asflags-y, cppflags-y and ldflags-y work since 2.6.24.',
  bad: 'EXTRA_CFLAGS += -I$(src)/include   # Makefile',
  good: 'ccflags-y += -I$(src)/include   # Makefile',
  *check(context) {
    const makefiles = [...makefilesOf(context)];
    const handedOn = new Map<string, boolean>();
    for (const { file, text } of makefiles) {
      const given = givenFlags(text);
      for (const old of makeAssignments(text, OLD_NAMES)) {
        const { name } = old;
        const successor = SUCCESSORS[name];
        const isShown = /\$\((?:info|warning|error)\b|\becho\b/.test(old.before);
        if (successor === undefined || old.tab || isShown) continue;
        // If the makefile adds EXTRA_CFLAGS to ccflags-y, EXTRA_CFLAGS is only a variable of its own.
        const isOwn = handedOn.get(name) ?? isHandedOn(name, successor, makefiles);
        handedOn.set(name, isOwn);
        if (isOwn) continue;
        const message = `Linux 6.15 and later ignore ${name}`;
        yield { file, line: old.line, message, advice: adviceFor(old, successor, given) };
      }
    }
  },
};

/**
 * Whether the value of a variable reaches a variable that kbuild uses (`used`, `ofObject`, `passed`), directly or
 * through other variables.
 */
function isHandedOn(
  name: string,
  { used, ofObject, passed }: Successor,
  makefiles: readonly { readonly text: string }[],
): boolean {
  const passes = passed === undefined ? undefined : new RegExp(String.raw`\b${passed}=`);
  /** By the name of a variable: the variables whose values refer to it, and `true` if kbuild uses it. */
  const reached = new Map<string, (string | true)[]>();
  for (const one of makefiles.flatMap(({ text }) => makeAssignments(text))) {
    const isUsed = used.test(one.name) || one.name.startsWith(ofObject);
    // What is behind `KCFLAGS=` in a command is passed to make.
    const passedFrom = passes?.exec(one.value)?.index ?? Number.POSITIVE_INFINITY;
    for (const { name: from, at } of makeReferences(one.value)) {
      appendTo(reached, from, isUsed || at > passedFrom || one.name);
    }
  }
  const seen = new Set([name]);
  for (const from of seen) {
    // A set that grows during the loop is walked to its end.
    for (const to of reached.get(from) ?? []) {
      if (to === true) return true;
      seen.add(to);
    }
  }
  return false;
}

/** The words of each successor such as ccflags-y in a makefile, by the branch that gives them. */
type GivenFlags = ReadonlyMap<string, WordsOfBranches>;
type WordsOfBranches = ReadonlyMap<MakeBranch | undefined, ReadonlySet<string>>;

function givenFlags(text: string): GivenFlags {
  const names = new Set(Object.values(SUCCESSORS).map(({ flags }) => flags));
  const given = new Map<string, Map<MakeBranch | undefined, Set<string>>>();
  for (const { name, branch, value } of makeAssignments(text)) {
    if (!names.has(name)) continue;
    const ofName = given.get(name) ?? new Map<MakeBranch | undefined, Set<string>>();
    const words = ofName.get(branch) ?? new Set();
    for (const word of topWords(value)) words.add(word);
    given.set(name, ofName.set(branch, words));
  }
  return given;
}

/**
 * Returns the advice for an assignment: what to write instead, or to delete the line. `given` are the flags in the
 * makefile of the assignment.
 */
function adviceFor(old: MakeAssignment, successor: Successor, given: GivenFlags): string {
  const { flags, passed } = successor;
  const place = placeOf(old.before);
  if (place === 'command') {
    return passed === undefined ? `set ${flags} in the makefile of the modules` : `pass ${passed}=`;
  }
  if (place !== 'makefile') return adviceForTarget(place, successor);
  const words = topWords(old.value);
  if (words.length === 0) return 'delete the line: it sets no flags';
  const rest = words.filter((word) => !isHeld(word, old.name, successor));
  if (rest.length === 0) return `delete the line: kbuild uses ${words.join(' ')} without it`;
  const others = given.get(flags);
  if (others !== undefined && [...new Set(rest)].every((word) => isGiven(word, old, others))) {
    return `delete the line: ${flags} has the same flags`;
  }
  const value = rest.map(renewed).join(' ');
  if (value !== words.join(' ')) return `write ${flags} += ${value}`;
  // kbuild itself sets ccflags-y before it reads the makefile, so ?= has no effect.
  if (old.operator === '?=') return `use ${flags} +=`;
  if (old.operator !== '+=' && others !== undefined) {
    return `use ${flags} +=, because ${old.operator} would replace what other lines give to ${flags}`;
  }
  return `use ${flags}`;
}

/** Whether a line in the same branch as the old line, or in a branch around it, gives a word. */
function isGiven(word: string, { branch }: MakeAssignment, words: WordsOfBranches): boolean {
  for (let one = branch; one !== undefined; one = one.outer) {
    if (words.get(one)?.has(word)) return true;
  }
  return words.get(undefined)?.has(word) ?? false;
}

/**
 * Returns where the assignment is: `makefile`, or `command` if it is in a command. For an assignment that is only for
 * targets, returns these targets.
 */
function placeOf(before: string): string {
  const plain = before.replace(/(?:^|\s)(?:export|override|private)(?=\s|$)/g, '').trim();
  if (plain === '' || plain.endsWith('$(eval')) return 'makefile';
  const targets = plain.replace(/::?$/, '');
  return targets === plain || !/^[^:=;]+$/.test(targets) ? 'command' : targets.trim();
}

/** Returns what to write instead of a variable for targets, such as `foo.o: EXTRA_CFLAGS += -DX`. */
function adviceForTarget(targets: string, { ofObject, flags, passed }: Successor): string {
  const objects = targets
    .split(/\s+/)
    .map((target) => /(?<![\w.-])([\w.-]+\.o)$/.exec(target)?.[1]);
  if (objects.every((object) => object !== undefined)) {
    return `use ${objects.map((object) => ofObject + object).join(', ')}`;
  }
  return passed === undefined ? `use ${flags}` : `write ${targets}: export ${passed} +=`;
}

/** Whether a word is a reference to a variable that kbuild uses anyway, or to the old variable itself. */
function isHeld(word: string, old: string, { used }: Successor): boolean {
  const name = /^\$[({]([\w.-]+)[)}]$/.exec(word)?.[1];
  return name !== undefined && (name === old || used.test(name));
}

/** Replaces references to the old variables: `$(EXTRA_CFLAGS)` in EXTRA_AFLAGS becomes `$(ccflags-y)`. */
function renewed(word: string): string {
  return word.replace(
    new RegExp(`(?<=\\$[({])(?:${OLD_NAMES})(?=[)}])`, 'g'),
    (name) => SUCCESSORS[name]?.flags ?? name,
  );
}

export const EXTRA_FLAGS_RULES: readonly TreeRule[] = [extraFlags];
