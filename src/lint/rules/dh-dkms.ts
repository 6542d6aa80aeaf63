import { lineOf } from '../text/conf-lookups.ts';
import type { ConfContext, ConfRule } from '../text/rule.ts';

const unquotedName: ConfRule = {
  code: 'dh-dkms-unquoted-name',
  severity: 'error',
  title: 'a PACKAGE_NAME without quotes, which dh_dkms overlooks',
  why: 'dh_dkms reads debian/<package>.dkms as a dkms.conf only if a quote follows PACKAGE_NAME=. Otherwise it reads the text as a file name, and the build fails with "Cannot find (any matches for)".',
  bad: 'PACKAGE_NAME=foo',
  good: 'PACKAGE_NAME="foo"',
  fixable: true,
  *check({ text, dhDkms, packaged }) {
    if (!dhDkms || !packaged || /PACKAGE_NAME=(["'])(.*)\1/.test(text.text)) return;
    const assignment = text.assignmentOf('PACKAGE_NAME');
    if (assignment === undefined) return;
    const { valueStart, end } = assignment;
    yield {
      line: text.lineOf(assignment.start),
      message: 'dh_dkms needs quotes around the value of PACKAGE_NAME',
      edits: [
        { start: valueStart, end: valueStart, text: '"' },
        { start: end, end, text: '"' },
      ],
    };
  },
};

const readsOther: ConfRule = {
  code: 'dh-dkms-reads-other',
  severity: 'error',
  title: 'dh_dkms reads another name or version than bash',
  why: 'dh_dkms does not run the file. It takes the text after PACKAGE_NAME= or PACKAGE_VERSION= in the last line that contains it, even in a comment. If that is not the value that bash finds, the source is installed into a directory in which DKMS does not look.',
  bad: 'V=1.0\nPACKAGE_VERSION="$V"',
  good: 'PACKAGE_VERSION="1.0"',
  *check(context) {
    const { evaluation, dhDkms } = context;
    if (!dhDkms || evaluation === undefined) return;
    for (const name of ['PACKAGE_NAME', 'PACKAGE_VERSION'] as const) {
      const value = evaluation.evaluated.values.get(name)?.get(0) ?? '';
      const grepped = greppedBy(context, name);
      if (value === '' || grepped === undefined || grepped.value === value) continue;
      // A line with a placeholder is not compared, because the file was evaluated with another word in its place.
      if (context.placeholders.some(({ text }) => grepped.value.includes(text))) continue;
      yield {
        line: grepped.line,
        message: `dh_dkms reads ${JSON.stringify(grepped.value)} as ${name}, but bash reads ${JSON.stringify(value)}`,
        advice: `write ${name}="${value}" on a line of its own, and no other line with ${name}=`,
      };
    }
  },
};

/**
 * Returns the value that dh_dkms finds for PACKAGE_NAME or PACKAGE_VERSION, and its line. dh_dkms takes the last match
 * of `NAME=(["']?)(.*)\1`.
 */
function greppedBy(
  { text }: ConfContext,
  name: string,
): { value: string; line: number } | undefined {
  let found: { value: string; line: number } | undefined;
  const expression = new RegExp(`${name}=(["']?)(.*)\\1`);
  for (let line = 1; line <= text.lineCount; line++) {
    const value = expression.exec(text.line(line))?.[2];
    if (value !== undefined) found = { value, line };
  }
  return found;
}

const needsV: ConfRule = {
  code: 'dh-dkms-needs-version',
  severity: 'warning',
  title: '#MODULE_VERSION#, which an older dh_dkms does not replace',
  why: 'dh_dkms always replaces #MODULE_VERSION# since 3.0.12-2. The dh_dkms of Debian 12 replaces it only with -V. Without -V, that dh_dkms installs into /usr/src/NAME-#MODULE_VERSION#/.',
  bad: 'PACKAGE_VERSION="#MODULE_VERSION#"   # debian/rules: dh $@',
  good: 'PACKAGE_VERSION="#MODULE_VERSION#"   # debian/rules: override_dh_dkms: ; dh_dkms -V',
  *check(context) {
    if (!context.dhDkms || context.dhDkmsVersion) return;
    if (!context.placeholders.some(({ text }) => text === '#MODULE_VERSION#')) return;
    yield {
      line: lineOf(context, 'PACKAGE_VERSION'),
      message:
        'debian/rules does not call dh_dkms with -V, which Debian 12 needs to replace #MODULE_VERSION#',
      // The advice is in one line, because the tab of a recipe gets lost when it is copied from a terminal.
      advice: 'add to debian/rules: override_dh_dkms: ; dh_dkms -V',
    };
  },
};

const badVersion: ConfRule = {
  code: 'dh-dkms-bad-version',
  severity: 'error',
  title: 'a version that dh_dkms refuses',
  why: 'Since 3.0.12-2 dh_dkms fails with "invalid package version" if PACKAGE_VERSION has characters other than letters, digits and - + . ~ : (dh_dkms, Debian 13).',
  bad: 'PACKAGE_VERSION="1.0_rc1"',
  good: 'PACKAGE_VERSION="1.0~rc1"',
  *check(context) {
    const version = context.evaluation?.conf?.version;
    if (!context.dhDkms || version === undefined || /^[-+.~:0-9a-zA-Z]+$/.test(version)) return;
    yield {
      line: lineOf(context, 'PACKAGE_VERSION'),
      message: `dh_dkms of Debian 13 refuses the version ${JSON.stringify(version)}`,
    };
  },
};

export const DH_DKMS_RULES: readonly ConfRule[] = [unquotedName, readsOther, needsV, badVersion];
