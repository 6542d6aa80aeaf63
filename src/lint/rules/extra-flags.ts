import { topWords } from '../../kbuild/make-words.ts';
import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';
import { isReadWith, type MakeAssignment, makeAssignments } from '../text/make-assignments.ts';
import { makefilesOf } from '../tree/read-makefiles.ts';
import type { TreeRule } from '../tree/tree-rule.ts';

/** What kbuild has instead of a variable such as EXTRA_CFLAGS. */
interface Successor {
  readonly flags: string;
  /** The beginning of the name of the variable for one object. The object's name follows it: CFLAGS_foo.o. */
  readonly ofObject: string;
  /** The variable that may be given to make. Undefined if there is none. */
  readonly passed: string | undefined;
  /** Matches variables whose flags kbuild uses in the same command. */
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
  why: 'Linux 6.15 removed EXTRA_CFLAGS, EXTRA_AFLAGS, EXTRA_CPPFLAGS and EXTRA_LDFLAGS (kernel commit e966ad0edd00). Since then kbuild ignores them without a message, with their include paths and definitions. ccflags-y, asflags-y, cppflags-y and ldflags-y work since 2.6.24.',
  bad: 'EXTRA_CFLAGS += -I$(src)/include   # Makefile',
  good: 'ccflags-y += -I$(src)/include   # Makefile',
  *check(context) {
    const makefiles = [...makefilesOf(context)];
    const everywhere = makefiles.flatMap(({ text }) => makeAssignments(text));
    for (const { file, text } of makefiles) {
      const own = makeAssignments(text);
      for (const old of makeAssignments(text, OLD_NAMES)) {
        const successor = SUCCESSORS[old.name];
        const isShown = /\$\((?:info|warning|error)\b|\becho\b/.test(old.before);
        if (successor === undefined || old.tab || isShown) continue;
        // If the makefile adds EXTRA_CFLAGS to ccflags-y, EXTRA_CFLAGS is only a variable of its own.
        if (isHandedOn(old.name, successor, everywhere, new Set())) continue;
        const message = `Linux 6.15 and later ignore ${old.name}`;
        yield { file, line: old.line, message, advice: adviceFor(old, successor, own) };
      }
    }
  },
};

/** Whether the value of a variable reaches one that kbuild uses in the same command, directly or through others. */
function isHandedOn(
  name: string,
  successor: Successor,
  assignments: readonly MakeAssignment[],
  seen: Set<string>,
): boolean {
  seen.add(name);
  const own = escapeRegExp(name);
  const reference = new RegExp(String.raw`\$(?:\(${own}\)|\{${own}\})`);
  const passing = new RegExp(String.raw`\b${successor.passed}=.*${reference.source}`);
  return assignments.some((one) => {
    if (one.name === name || !reference.test(one.value)) return false;
    const isUsed = successor.used.test(one.name) || one.name.startsWith(successor.ofObject);
    if (isUsed || passing.test(one.value)) return true;
    return !seen.has(one.name) && isHandedOn(one.name, successor, assignments, seen);
  });
}

/** Returns what to write instead of an assignment. `own` are all assignments of the same makefile. */
function adviceFor(
  old: MakeAssignment,
  successor: Successor,
  own: readonly MakeAssignment[],
): string {
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
  const others = own.filter(({ name }) => name === flags);
  const given = others
    .filter(({ branches }) => isReadWith(branches, old.branches))
    .flatMap(({ value }) => topWords(value));
  if (rest.every((word) => given.includes(word))) {
    return `delete the line: ${flags} has the same flags`;
  }
  const value = rest.map(renewed).join(' ');
  if (value !== words.join(' ')) return `write ${flags} += ${value}`;
  // kbuild itself sets ccflags-y before it reads the makefile, so ?= has no effect.
  if (old.operator === '?=') return `use ${flags} +=`;
  if (old.operator !== '+=' && others.length > 0) {
    return `use ${flags} +=, because ${old.operator} would replace what other lines give to ${flags}`;
  }
  return `use ${flags}`;
}

/** Returns where the assignment is: in the makefile itself, in a command, or for targets (which are returned). */
function placeOf(before: string): string {
  const plain = before.replace(/(?:^|\s)(?:export|override|private)(?=\s|$)/g, '').trim();
  if (plain === '' || plain.endsWith('$(eval')) return 'makefile';
  const target = /^([^:=;]+?)\s*::?$/.exec(plain)?.[1];
  return target ?? 'command';
}

/** Returns what to write instead of a variable for targets, such as `foo.o: EXTRA_CFLAGS += -DX`. */
function adviceForTarget(targets: string, { ofObject, flags, passed }: Successor): string {
  const objects = targets.split(/\s+/).map((target) => /([\w.-]+\.o)$/.exec(target)?.[1]);
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
