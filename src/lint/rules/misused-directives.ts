import { DIRECTIVES, isDead, isDirective } from '../../dkms/conf/directives.ts';
import { editDistance } from '../../system/text/edit-distance.ts';
import { lookUp } from '../../system/text/look-up.ts';
import { removal } from '../text/edits.ts';
import type { ConfRule } from '../text/rule.ts';

const deprecatedDirective: ConfRule = {
  code: 'deprecated-directive',
  severity: 'warning',
  title: 'a directive without effect',
  why: 'DKMS ignores it since 2.8.8, and reports "Deprecated feature" at every build (dkms.in, safe_source). REMAKE_INITRD does not rebuild the initramfs; that needs a trigger of the package.',
  bad: 'REMAKE_INITRD="yes"',
  good: '',
  fixable: true,
  outdated: true,
  *check({ text }) {
    for (const assignment of text.assignments) {
      if (!isDead(assignment.name)) continue;
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
  why: 'It is deprecated since DKMS 3.4.0, which uses it as BUILD_EXCLUSIVE_KERNEL_MAX if that is unset (dkms.in, read_conf).',
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
  why: 'DKMS ignores CLEAN since 3.1.8, and reports it as deprecated. Debian 12 has 3.0.10, which runs it before and after each build. Every build starts with a fresh copy, so it is not needed.',
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

/**
 * Names that DKMS knows as settings or as internal variables, but not as directives of dkms.conf, each with the advice
 * to the user.
 */
const NOT_HERE: Readonly<Record<string, string>> = {
  MODPROBE_ON_INSTALL: 'modprobe_on_install of /etc/dkms/framework.conf does that',
  modprobe_on_install: 'it belongs in /etc/dkms/framework.conf',
  autoinstall_all_kernels: 'it belongs in /etc/dkms/framework.conf',
  mok_signing_key: 'it belongs in /etc/dkms/framework.conf',
  mok_certificate: 'it belongs in /etc/dkms/framework.conf',
  sign_file: 'it belongs in /etc/dkms/framework.conf',
  try_sign_modules: 'since DKMS 3.4 it is a directive of /etc/dkms/framework.conf',
  build_environment:
    'since DKMS 3.3 it is a directive of /etc/dkms/framework.conf, and its value is the name of a file',
  post_transaction: 'it belongs in /etc/dkms/framework.conf',
  continue_on_error: 'since DKMS 3.4 it is a directive of /etc/dkms/framework.conf',
  symlink_modules: 'it belongs in /etc/dkms/framework.conf',
  compress_gzip_opts: 'it belongs in /etc/dkms/framework.conf',
  compress_xz_opts: 'it belongs in /etc/dkms/framework.conf',
  compress_zstd_opts: 'it belongs in /etc/dkms/framework.conf',
  SIGN_FILE: 'sign_file of /etc/dkms/framework.conf does that',
  MOK_SIGNING_KEY: 'mok_signing_key of /etc/dkms/framework.conf does that',
  MOK_CERTIFICATE: 'mok_certificate of /etc/dkms/framework.conf does that',
  parallel_jobs: 'it belongs in /etc/dkms/framework.conf',
};

const unknownDirective: ConfRule = {
  code: 'unknown-directive',
  severity: 'warning',
  title: 'a misspelt directive',
  why: 'DKMS reads only the variables of its own list (dkms.in, dkms_conf_variables), and ignores others without a message. The file does not use this variable, and its name is almost that of a directive.',
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
