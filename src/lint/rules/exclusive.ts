import { lineOf } from '../text/conf-lookups.ts';
import { newValue } from '../text/edits.ts';
import type { ConfRule } from '../text/rule.ts';

const CONDITIONS = [
  'BUILD_EXCLUSIVE_KERNEL',
  'BUILD_EXCLUSIVE_KERNEL_MIN',
  'BUILD_EXCLUSIVE_KERNEL_MAX',
  'BUILD_EXCLUSIVE_ARCH',
  'BUILD_EXCLUSIVE_CONFIG',
] as const;

const firstIsGlobal: ConfRule = {
  code: 'exclusive-first-is-global',
  severity: 'warning',
  title: 'a condition of module 0 that applies to all modules',
  why: 'Element 0 of a BUILD_EXCLUSIVE_ array is a condition for every module, because older files set only that (dkms.in, check_build_exclusive_for_module). A module with a condition of its own must meet both.',
  bad: 'BUILD_EXCLUSIVE_KERNEL[0]="^5"\nBUILD_EXCLUSIVE_KERNEL[1]="^6"',
  good: 'BUILD_EXCLUSIVE_KERNEL[1]="^6"\nBUILD_EXCLUSIVE_KERNEL[2]="^5"',
  *check(context) {
    for (const name of CONDITIONS) {
      const values = context.evaluation?.evaluated.values.get(name);
      const first = values?.get(0);
      const others = [...(values ?? [])].filter(([i, value]) => i > 0 && value && value !== first);
      if (!first || others.length === 0) continue;
      yield {
        line: lineOf(context, name, 0),
        message: `${name}[0]="${first}" is a condition for every module, even for those with ${name}[${others.map(([i]) => i).join('], [')}]`,
        advice: 'give index 0 to a module without a condition',
      };
    }
  },
};

const maxExcludesSeries: ConfRule = {
  code: 'max-excludes-series',
  severity: 'warning',
  title: 'a maximum that excludes its own series',
  why: 'DKMS compares releases as strings with padded numbers (dkms.in, VER). 6.12.3-amd64 is longer than 6.12, and so greater: BUILD_EXCLUSIVE_KERNEL_MAX="6.12" excludes every kernel 6.12.',
  bad: 'BUILD_EXCLUSIVE_KERNEL_MAX="6.12"',
  good: 'BUILD_EXCLUSIVE_KERNEL_MAX="6.12.999"',
  *check(context) {
    const values = context.evaluation?.evaluated.values.get('BUILD_EXCLUSIVE_KERNEL_MAX') ?? [];
    for (const [index, value] of values) {
      const last = /^\d+(?:\.(\d+)){1,2}$/.exec(value)?.[1];
      // A maximum of 6.99 is meant for all kernels 6.x, so it is not a mistake.
      if (last === undefined || Number(last) >= 90) continue;
      const wanted = value.split('.').length > 2 ? `${value}-999` : `${value}.999`;
      const assignment = context.text.assignmentOf('BUILD_EXCLUSIVE_KERNEL_MAX', index);
      const plain = assignment !== undefined && context.text.literal(assignment) === value;
      yield {
        line: lineOf(context, 'BUILD_EXCLUSIVE_KERNEL_MAX', index),
        message: `${value} excludes ${value.split('.').length > 2 ? `${value}-amd64` : `${value}.1`} and every other release of ${value}`,
        ...(plain
          ? { edits: [newValue(assignment, wanted)] }
          : { advice: `BUILD_EXCLUSIVE_KERNEL_MAX="${wanted}"` }),
      };
    }
  },
};

const configName: ConfRule = {
  code: 'exclusive-config-name',
  severity: 'error',
  title: 'a condition that is the same for all kernels',
  why: 'For each WORD of BUILD_EXCLUSIVE_CONFIG, DKMS searches the configuration of the kernel for "^WORD=[ym]" (dkms.in, check_build_exclusive_for_module). A WORD without CONFIG_, or with =y, is never found: the module is never built. With ! before such a WORD, the condition has no effect.',
  bad: 'BUILD_EXCLUSIVE_CONFIG="USB CONFIG_HID=y"',
  good: 'BUILD_EXCLUSIVE_CONFIG="CONFIG_USB CONFIG_HID"',
  *check(context) {
    for (const [index, value] of context.evaluation?.evaluated.values.get(
      'BUILD_EXCLUSIVE_CONFIG',
    ) ?? []) {
      const wrong = value
        .split(/\s+/)
        .filter((word) => word !== '' && !/^!?CONFIG_\w+$/.test(word));
      if (wrong.length === 0) continue;
      const right = (word: string) =>
        word.replace(/=.*$/, '').replace(/^(!?)(?:CONFIG_)?/, '$1CONFIG_');
      const assignment = context.text.assignmentOf('BUILD_EXCLUSIVE_CONFIG', index);
      const plain = assignment !== undefined && context.text.literal(assignment) === value;
      yield {
        line: lineOf(context, 'BUILD_EXCLUSIVE_CONFIG', index),
        message: `no line of a kernel's configuration matches ${wrong.join(', ')}`,
        ...(plain && wrong.every((word) => /^!?\w+(?:=[ym])?$/.test(word))
          ? {
              edits: [
                newValue(
                  assignment,
                  value
                    .split(/\s+/)
                    .map((word) => (wrong.includes(word) ? right(word) : word))
                    .join(' '),
                ),
              ],
            }
          : { advice: 'write options as CONFIG_X or !CONFIG_X' }),
      };
    }
  },
};

const badExpression: ConfRule = {
  code: 'bad-expression',
  severity: 'error',
  title: 'an invalid regular expression',
  why: "bash's =~ fails, and DKMS takes that as no match. The module is never built, or the command or patch never used.",
  bad: 'BUILD_EXCLUSIVE_KERNEL="^(5|6"',
  good: 'BUILD_EXCLUSIVE_KERNEL="^(5|6)"',
  *check(context) {
    for (const { name, index } of context.evaluation?.firstRound.badExpressions ?? []) {
      const value = context.evaluation?.firstRound.values.get(name)?.get(index) ?? '';
      yield {
        line: lineOf(context, name, index),
        message: `bash cannot read ${JSON.stringify(value)} as a regular expression`,
      };
    }
  },
};

const unanchoredExpression: ConfRule = {
  code: 'unanchored-expression',
  severity: 'info',
  title: 'an expression that matches in the middle',
  why: "bash's =~ searches the whole release (dkms.in, read_conf): 6.1 matches 6.1.0, 6.12.3 and 5.6.1.",
  bad: 'BUILD_EXCLUSIVE_KERNEL="6.1"',
  good: 'BUILD_EXCLUSIVE_KERNEL="^6\\.1\\."',
  *check(context) {
    for (const name of ['BUILD_EXCLUSIVE_KERNEL', 'MAKE_MATCH', 'PATCH_MATCH'] as const) {
      for (const [index, value] of context.evaluation?.evaluated.values.get(name) ?? []) {
        if (value.includes('^') || !/^[([]*\d/.test(value)) continue;
        yield {
          line: lineOf(context, name, index),
          message: `${JSON.stringify(value)} matches anywhere in a release, not only at its beginning`,
          advice: 'begin the expression with ^',
        };
      }
    }
  },
};

export const EXCLUSIVE_RULES: readonly ConfRule[] = [
  firstIsGlobal,
  maxExcludesSeries,
  configName,
  badExpression,
  unanchoredExpression,
];
