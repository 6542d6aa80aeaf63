import { DIRECTIVES, isDead, isDirective } from '../../dkms/conf/directives.ts';
import { editDistance } from '../../system/text/edit-distance.ts';
import { lookUp } from '../../system/text/look-up.ts';
import { removal } from '../text/edits.ts';
import type { ConfRule } from '../text/rule.ts';

const deprecatedDirective: ConfRule = {
  code: 'deprecated-directive',
  severity: 'warning',
  title: 'a directive without effect',
  why: 'DKMS ignores such a directive since 2.8.8, and reports "Deprecated feature" at every build (dkms.in, safe_source). REMAKE_INITRD does not rebuild the initramfs; that needs a trigger of the package.',
  bad: 'REMAKE_INITRD="yes"',
  good: '',
  fixable: true,
  outdated: true,
  *check({ text }) {
    for (const assignment of text.assignments) {
      if (!isDead(assignment.name)) continue;
      yield {
        line: text.lineOf(assignment.start),
        message: `${assignment.name} has no effect${placeFor(assignment.name)}`,
        edits: [removal(text, assignment)],
        advice: 'delete the line',
      };
    }
  },
};

/** Returns where the text of a directive belongs that other programs would still obey. */
function placeFor(directive: string): string {
  return directive === 'MODULES_CONF'
    ? '; modprobe obeys its text in debian/PACKAGE.modprobe, or in a file of /etc/modprobe.d'
    : '';
}

const obsoleteBy: ConfRule = {
  code: 'obsolete-by',
  severity: 'warning',
  title: 'OBSOLETE_BY is deprecated',
  why: 'DKMS reports OBSOLETE_BY as deprecated since 3.4.0. DKMS uses its value as BUILD_EXCLUSIVE_KERNEL_MAX if the file does not set BUILD_EXCLUSIVE_KERNEL_MAX (dkms.in, read_conf).',
  bad: 'OBSOLETE_BY="6.7.0"',
  good: 'BUILD_EXCLUSIVE_KERNEL_MAX="6.7.0"',
  outdated: true,
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
  why: 'DKMS ignores CLEAN since 3.1.8, and reports it as deprecated. Debian 12 has 3.0.10, which runs it before and after each build. Every build starts with a fresh copy, so CLEAN is not needed.',
  bad: 'CLEAN="make clean"',
  good: 'CLEAN="true"',
  outdated: true,
  *check({ text }) {
    for (const assignment of text.of('CLEAN')) {
      if (/^(?:|true|\/bin\/true|\/usr\/bin\/true)$/.test(text.literal(assignment) ?? '-'))
        continue;
      yield {
        line: text.lineOf(assignment.start),
        message: 'DKMS 3.1.8 and later do not run CLEAN',
        advice: 'delete the line, unless an older DKMS needs it',
      };
      return;
    }
  },
};

const FRAMEWORK = '/etc/dkms/framework.conf';

/**
 * Names that DKMS knows as settings or as internal variables, but not as directives of dkms.conf, each with the advice
 * to the user.
 */
const NOT_HERE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'modprobe_on_install',
      'autoinstall_all_kernels',
      'mok_signing_key',
      'mok_certificate',
      'sign_file',
      'post_transaction',
      'symlink_modules',
      'compress_gzip_opts',
      'compress_xz_opts',
      'compress_zstd_opts',
      'parallel_jobs',
    ].map((name) => [name, `set ${name} in ${FRAMEWORK}`]),
  ),
  ...Object.fromEntries(
    ['MODPROBE_ON_INSTALL', 'SIGN_FILE', 'MOK_SIGNING_KEY', 'MOK_CERTIFICATE'].map((name) => [
      name,
      `set ${name.toLowerCase()} in ${FRAMEWORK} instead`,
    ]),
  ),
  try_sign_modules: `set try_sign_modules in ${FRAMEWORK} (since DKMS 3.4)`,
  build_environment: `set build_environment in ${FRAMEWORK} (since DKMS 3.3); its value is the name of a file`,
  continue_on_error: `set continue_on_error in ${FRAMEWORK} (since DKMS 3.4)`,
};

const unknownDirective: ConfRule = {
  code: 'unknown-directive',
  severity: 'warning',
  title: 'a variable that is not a directive of dkms.conf',
  why: 'DKMS reads only the variables of its own list (dkms.in, dkms_conf_variables), and ignores others without a message. The name of this variable is almost that of a directive, or is that of a setting in framework.conf, and the file does not use the variable.',
  bad: 'BUILD_MODULE_NAME[0]="foo"',
  good: 'BUILT_MODULE_NAME[0]="foo"',
  *check({ text }) {
    for (const { name, start } of text.assignments) {
      if (isDirective(name) || text.uses(name)) continue;
      const line = text.lineOf(start);
      const elsewhere = lookUp(NOT_HERE, name);
      if (elsewhere !== undefined) {
        yield { line, message: `${name} is not a directive of dkms.conf`, advice: elsewhere };
        continue;
      }
      const meant = DIRECTIVES.find((directive) => isSlip(name, directive));
      if (meant === undefined) continue;
      yield {
        line,
        message: `${name} is not a directive, but ${meant} is`,
        edits: [{ start, end: start + name.length, text: meant }],
      };
    }
  },
};

/**
 * Whether a name is a misspelt directive. One letter may be wrong, missing or additional; two letters if the directive
 * has 10 or more letters. Capital and small letters are the same.
 */
function isSlip(name: string, directive: string): boolean {
  const most = directive.length >= 10 ? 2 : 1;
  if (Math.abs(name.length - directive.length) > most || name.length < 4) return false;
  return editDistance(name.toUpperCase(), directive) <= most;
}

export const DIRECTIVE_RULES: readonly ConfRule[] = [
  deprecatedDirective,
  obsoleteBy,
  cleanIgnored,
  unknownDirective,
];
