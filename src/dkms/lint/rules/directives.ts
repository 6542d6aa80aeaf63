import { DIRECTIVES } from '../../directives.ts';
import { newValue, removal } from '../edits.ts';
import type { ConfContext, ConfRule, Found } from '../rule.ts';

/** Without any effect since DKMS 2.8.8 (commit 961f9ce). */
const DEAD = [
  'REMAKE_INITRD',
  'MODULES_CONF',
  'MODULES_CONF_OBSOLETES',
  'MODULES_CONF_ALIAS_TYPE',
  'MODULES_CONF_OBSOLETE_ONLY',
];

const deprecatedDirective: ConfRule = {
  code: 'deprecated-directive',
  severity: 'warning',
  title: 'a directive that does nothing',
  why: 'DKMS ignores it since 2.8.8 and answers "Deprecated feature" at every build (dkms.in, safe_source). Who counts on REMAKE_INITRD gets no new initramfs: that needs a trigger of the package.',
  bad: 'REMAKE_INITRD="yes"',
  good: '',
  fixable: true,
  *check({ text }) {
    for (const assignment of text.assignments) {
      if (!DEAD.includes(assignment.name)) continue;
      yield {
        line: text.lineOf(assignment.start),
        message: `${assignment.name} has no effect`,
        edits: [removal(text, assignment)],
        advice: 'delete the line',
      };
    }
  },
};

const obsoleteBy: ConfRule = {
  code: 'obsolete-by',
  severity: 'warning',
  title: 'OBSOLETE_BY is deprecated',
  why: 'Deprecated since DKMS 3.4.0, which takes it as BUILD_EXCLUSIVE_KERNEL_MAX where that is not set (dkms.in, read_conf).',
  bad: 'OBSOLETE_BY="6.7.0"',
  good: 'BUILD_EXCLUSIVE_KERNEL_MAX="6.7.0"',
  *check({ text }) {
    for (const assignment of text.of('OBSOLETE_BY')) {
      const { start } = assignment;
      yield {
        line: text.lineOf(start),
        message: 'OBSOLETE_BY is deprecated since DKMS 3.4.0',
        edits: [{ start, end: start + 'OBSOLETE_BY'.length, text: 'BUILD_EXCLUSIVE_KERNEL_MAX' }],
      };
    }
  },
};

const cleanIgnored: ConfRule = {
  code: 'clean-ignored',
  severity: 'info',
  title: 'CLEAN is no longer run',
  why: 'DKMS ignores CLEAN since 3.1.8 and calls it deprecated; Debian 12 has 3.0.10, which runs it before and after each build. Every build starts from a fresh copy, so nothing needs it.',
  bad: 'CLEAN="make clean"',
  good: 'CLEAN="true"',
  *check({ text }) {
    for (const assignment of text.of('CLEAN')) {
      if (/^(?:|true|\/bin\/true|\/usr\/bin\/true)$/.test(text.literal(assignment) ?? '-'))
        continue;
      yield {
        line: text.lineOf(assignment.start),
        message: 'CLEAN is not run since DKMS 3.1.8',
        advice: 'delete the line, unless DKMS before 3.1.8 must clean',
      };
      return;
    }
  },
};

/** What is known elsewhere in DKMS, but not in a dkms.conf. */
const NOT_HERE: Readonly<Record<string, string>> = {
  MODPROBE_ON_INSTALL: 'modprobe_on_install of /etc/dkms/framework.conf does that',
  modprobe_on_install: 'it belongs in /etc/dkms/framework.conf',
  autoinstall_all_kernels: 'it belongs in /etc/dkms/framework.conf',
  mok_signing_key: 'it belongs in /etc/dkms/framework.conf',
  mok_certificate: 'it belongs in /etc/dkms/framework.conf',
  sign_file: 'it belongs in /etc/dkms/framework.conf',
  parallel_jobs: 'it belongs in /etc/dkms/framework.conf',
};

const unknownDirective: ConfRule = {
  code: 'unknown-directive',
  severity: 'warning',
  title: 'a misspelt directive',
  why: 'DKMS takes the variables of its own list out of the file (dkms.in, dkms_conf_variables) and forgets any other without a word. This one is used nowhere in the file and looks much like a directive.',
  bad: 'BUILD_MODULE_NAME[0]="foo"',
  good: 'BUILT_MODULE_NAME[0]="foo"',
  *check({ text }) {
    for (const { name, start } of text.assignments) {
      if ((DIRECTIVES as readonly string[]).includes(name) || text.uses(name)) continue;
      const line = text.lineOf(start);
      const elsewhere = NOT_HERE[name];
      if (elsewhere !== undefined) {
        yield { line, message: `${name} is no directive of dkms.conf`, advice: elsewhere };
        continue;
      }
      const meant = DIRECTIVES.find((directive) => isSlip(name, directive));
      if (meant === undefined) continue;
      yield {
        line,
        message: `${name} is no directive; ${meant} is`,
        edits: [{ start, end: start + name.length, text: meant }],
      };
    }
  },
};

/** Upper case or not, one letter wrong; two in a long name. */
function isSlip(name: string, directive: string): boolean {
  const most = directive.length >= 10 ? 2 : 1;
  if (Math.abs(name.length - directive.length) > most || name.length < 4) return false;
  return distance(name.toUpperCase(), directive) <= most;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const SCALARS = [
  'PACKAGE_NAME',
  'PACKAGE_VERSION',
  'POST_ADD',
  'POST_BUILD',
  'POST_INSTALL',
  'POST_REMOVE',
  'PRE_BUILD',
  'PRE_INSTALL',
  'AUTOINSTALL',
  'NO_WEAK_MODULES',
  'CLEAN',
] as const;

const indexIgnored: ConfRule = {
  code: 'index-ignored',
  severity: 'warning',
  title: 'only element 0 of this directive counts',
  why: 'DKMS reads it as $NAME, which in bash is element 0 (dkms.in, read_conf); all others are passed over.',
  bad: 'POST_INSTALL[1]="two.sh"',
  good: 'POST_INSTALL="both.sh"',
  *check({ text, evaluation }) {
    for (const name of SCALARS) {
      for (const [index, value] of evaluation?.evaluated.values.get(name) ?? []) {
        if (index === 0 || value === '') continue;
        yield {
          line: lineOf({ text }, name, index),
          message: `${name}[${index}] is not looked at: only ${name}[0] is`,
          advice: `put all of it into ${name}`,
        };
      }
    }
  },
};

const makeWithoutMatch: ConfRule = {
  code: 'make-without-match',
  severity: 'warning',
  title: 'a MAKE that is never chosen',
  why: 'MAKE[n] above 0 is taken only where MAKE_MATCH[n] matches the kernel (dkms.in, read_conf); without one it is dead. It is no list of commands.',
  bad: 'MAKE[0]="make one"\nMAKE[1]="make two"',
  good: 'MAKE[0]="make one && make two"',
  *check({ text, evaluation }) {
    const expressions = evaluation?.evaluated.values.get('MAKE_MATCH');
    for (const [index, value] of evaluation?.evaluated.values.get('MAKE') ?? []) {
      if (index === 0 || value === '' || expressions?.get(index)) continue;
      yield {
        line: lineOf({ text }, 'MAKE', index),
        message: `MAKE[${index}] has no MAKE_MATCH[${index}]: it is never run`,
        advice: `set MAKE_MATCH[${index}], or join the commands in MAKE[0]`,
      };
    }
  },
};

const entryAfterGap: ConfRule = {
  code: 'entry-after-gap',
  severity: 'warning',
  title: 'an entry behind a gap in the array',
  why: 'For MAKE and PATCH DKMS counts from 0 to the number of elements (dkms.in, read_conf): with a gap in the indices the last entries are never looked at.',
  bad: 'PATCH[0]="a.patch"\nPATCH[2]="b.patch"',
  good: 'PATCH[0]="a.patch"\nPATCH[1]="b.patch"',
  *check({ text, evaluation }) {
    for (const name of ['MAKE', 'PATCH'] as const) {
      const entries = evaluation?.evaluated.values.get(name);
      for (const index of entries?.keys() ?? []) {
        if (index < (entries?.size ?? 0)) continue;
        yield {
          line: lineOf({ text }, name, index),
          message: `${name} has ${entries?.size} entries, so ${name}[${index}] is never looked at`,
          advice: 'number the entries without gaps',
        };
      }
    }
  },
};

const noAutoinstall: ConfRule = {
  code: 'no-autoinstall',
  severity: 'info',
  title: 'not built for new kernels',
  why: 'Without AUTOINSTALL DKMS does not build the module when a kernel is installed, and from Debian 13 on not even when the package is (common.postinst).',
  bad: 'PACKAGE_NAME="foo"',
  good: 'PACKAGE_NAME="foo"\nAUTOINSTALL="yes"',
  *check({ text, evaluation }) {
    if (evaluation === undefined || evaluation.evaluated.values.has('AUTOINSTALL')) return;
    if (text.of('AUTOINSTALL').length > 0) return;
    yield { message: 'AUTOINSTALL is not set', advice: 'AUTOINSTALL="yes"' };
  },
};

const autoinstallNo: ConfRule = {
  code: 'autoinstall-no',
  severity: 'warning',
  title: 'AUTOINSTALL="no" means yes to many a DKMS',
  why: 'Before DKMS 3.1.7, and in the common.postinst of Debian 13, any value that is not empty switches it on, "no" too (dkms.in, read_conf; common.postinst).',
  bad: 'AUTOINSTALL="no"',
  good: '',
  fixable: true,
  *check({ text }) {
    for (const assignment of text.of('AUTOINSTALL')) {
      if (!/^no$/i.test(text.literal(assignment) ?? '')) continue;
      yield {
        line: text.lineOf(assignment.start),
        message: 'DKMS before 3.1.7 takes AUTOINSTALL="no" as yes',
        edits: [removal(text, assignment)],
        advice: 'delete the line',
      };
    }
  },
};

const YES_NO = ['AUTOINSTALL', 'NO_WEAK_MODULES', 'BUILD_DEPENDS_REBUILD'] as const;

const unsupportedValue: ConfRule = {
  code: 'unsupported-value',
  severity: 'error',
  title: 'neither yes nor no',
  why: 'Since DKMS 3.1.7 a value other than yes or no makes the whole file invalid: "Unsupported AUTOINSTALL value", exit status 8 (dkms.in, check_yes_no_value). Older ones took any value as yes.',
  bad: 'AUTOINSTALL="Y"',
  good: 'AUTOINSTALL="yes"',
  fixable: true,
  *check({ text, evaluation }) {
    for (const name of YES_NO) {
      const value = evaluation?.evaluated.values.get(name)?.get(0) ?? '';
      if (/^(?:yes|no|)$/i.test(value)) continue;
      const assignment = text.assignmentOf(name);
      const yes = /^(?:y|ye|true|on|1|enabled?)$/i.test(value);
      const no = /^(?:n|false|off|0|disabled?)$/i.test(value);
      const known = assignment !== undefined && (yes || no) && text.literal(assignment) === value;
      yield {
        line: assignment && text.lineOf(assignment.start),
        message: `${name} is ${JSON.stringify(value)}: DKMS takes yes or no, and nothing else`,
        ...(known
          ? { edits: [yes ? newValue(assignment, 'yes') : removal(text, assignment)] }
          : { advice: `${name}="yes"` }),
      } satisfies Found;
    }
  },
};

/** The line that gives a directive's element its value. */
export function lineOf(
  { text }: Pick<ConfContext, 'text'>,
  name: string,
  index = 0,
): number | undefined {
  const assignment = text.assignmentOf(name, index);
  return assignment && text.lineOf(assignment.start);
}

export const DIRECTIVE_RULES: readonly ConfRule[] = [
  deprecatedDirective,
  obsoleteBy,
  cleanIgnored,
  unknownDirective,
  indexIgnored,
  makeWithoutMatch,
  entryAfterGap,
  noAutoinstall,
  autoinstallNo,
  unsupportedValue,
];
