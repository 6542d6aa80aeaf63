import { YES_NO_DIRECTIVES } from '../../dkms/conf/directives.ts';
import { newValue, removal } from '../text/edits.ts';
import type { ConfRule, Trap } from '../text/rule.ts';

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

const unsupportedValue: ConfRule = {
  code: 'unsupported-value',
  severity: 'error',
  title: 'neither yes nor no',
  why: 'Since DKMS 3.1.7 a value other than yes or no makes the whole file invalid: "Unsupported AUTOINSTALL value", exit status 8 (dkms.in, check_yes_no_value). Older ones took any value as yes.',
  bad: 'AUTOINSTALL="Y"',
  good: 'AUTOINSTALL="yes"',
  fixable: true,
  *check({ text, evaluation }) {
    for (const name of YES_NO_DIRECTIVES) {
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
      } satisfies Trap;
    }
  },
};

const stripValue: ConfRule = {
  code: 'strip-value',
  severity: 'warning',
  title: 'a STRIP that strips all the same',
  why: 'Only a value that begins with n keeps the debug data; anything else that is not yes leaves STRIP unset, and the module is stripped (dkms.in, read_conf).',
  bad: 'STRIP[0]="false"',
  good: 'STRIP[0]="no"',
  *check({ text, evaluation }) {
    for (const [index, value] of evaluation?.evaluated.values.get('STRIP') ?? []) {
      if (value === '' || /^[yn]/i.test(value)) continue;
      const assignment = text.assignmentOf('STRIP', index);
      const meansNo = /^(?:0|false|off|disabled?)$/i.test(value);
      const plain = assignment !== undefined && text.literal(assignment) === value;
      yield {
        line: assignment && text.lineOf(assignment.start),
        message: `STRIP is ${JSON.stringify(value)}: DKMS strips the module`,
        ...(plain ? { edits: [newValue(assignment, meansNo ? 'no' : 'yes')] } : {}),
      } satisfies Trap;
    }
  },
};

export const YES_NO_RULES: readonly ConfRule[] = [
  noAutoinstall,
  autoinstallNo,
  unsupportedValue,
  stripValue,
];
