import { YES_NO_DIRECTIVES } from '../../dkms/conf/directives.ts';
import { newValue, removal } from '../text/edits.ts';
import type { ConfRule, Trap } from '../text/rule.ts';

const noAutoinstall: ConfRule = {
  code: 'no-autoinstall',
  severity: 'info',
  title: 'a driver that is not built for new kernels',
  why: 'Without AUTOINSTALL, DKMS does not build the module when a kernel is installed. Since Debian 13, DKMS does not build the module when the package is installed, either (common.postinst).',
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
  title: 'AUTOINSTALL="no", which many versions of DKMS read as yes',
  why: 'Before DKMS 3.1.7, and in the common.postinst of Debian 13, any value turns AUTOINSTALL on, even "no" (dkms.in, read_conf; common.postinst).',
  bad: 'AUTOINSTALL="no"',
  good: '',
  fixable: true,
  *check({ text }) {
    for (const assignment of text.of('AUTOINSTALL')) {
      if (!/^no$/i.test(text.literal(assignment) ?? '')) continue;
      yield {
        line: text.lineOf(assignment.start),
        message: 'DKMS before 3.1.7 reads AUTOINSTALL="no" as yes',
        edits: [removal(text, assignment)],
        advice: 'delete the line',
      };
    }
  },
};

const unsupportedValue: ConfRule = {
  code: 'unsupported-value',
  severity: 'error',
  title: 'a value that is neither yes nor no',
  why: 'Since DKMS 3.1.7 any value other than yes or no makes the file invalid: "Unsupported AUTOINSTALL value", exit status 8 (dkms.in, check_yes_no_value). Older versions read any value as yes.',
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
        message: `${name} is ${JSON.stringify(value)}, but DKMS accepts only yes or no`,
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
  title: 'a STRIP value that does not turn stripping off',
  why: 'DKMS keeps the debug data only if the value begins with n. For any other value it strips the module (dkms.in, read_conf).',
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
        message: `STRIP is ${JSON.stringify(value)}, so DKMS strips the module`,
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
