import { CONF_RULES } from './conf-rules.ts';
import { COMPLETE_RULES } from './rules/complete.ts';
import { PACKAGING_RULES } from './rules/debian-files.ts';
import { EXTRA_FLAGS_RULES } from './rules/extra-flags.ts';
import { MAKEFILE_RULES } from './rules/makefiles.ts';
import { UNCHECKED_RULES } from './rules/not-checked.ts';
import { ODD_FILE_RULES } from './rules/special-files.ts';
import { MODULE_RULES } from './rules/unbuilt-modules.ts';
import { LISTED_SOURCE_RULES } from './rules/unlisted.ts';
import { VERSION_RULES } from './rules/versions.ts';
import type { RuleDescription } from './text/rule.ts';
import type { TreeRule } from './tree/tree-rule.ts';

/** The rules that look at more than one dkms.conf: also at debian/, git, the makefiles and the sources. */
export const TREE_RULES: readonly TreeRule[] = [
  ...MODULE_RULES,
  ...EXTRA_FLAGS_RULES,
  ...MAKEFILE_RULES,
  ...VERSION_RULES,
  ...PACKAGING_RULES,
  ...LISTED_SOURCE_RULES,
  ...COMPLETE_RULES,
  ...ODD_FILE_RULES,
  ...UNCHECKED_RULES,
];

/**
 * The rule that is reported if a dkms.conf cannot be evaluated. The rules for a dkms.conf then check only its text. The
 * rules for the tree are applied as usual.
 */
export const NOT_EVALUATED: RuleDescription = {
  code: 'not-evaluated',
  severity: 'error',
  title: 'a dkms.conf that does not run to its end',
  why: 'DKMS sources dkms.conf with bash (dkms.in, safe_source). After a syntax error, exit or set -e, DKMS has only some of the directives, or none, and does not say why. In an endless loop, DKMS does not end.',
  bad: 'if true; then\nPACKAGE_NAME="foo"',
  good: 'PACKAGE_NAME="foo"',
};

/** The rule that reports a comment which should silence a rule, but names an unknown rule or gives no reason. */
export const BAD_IGNORE: RuleDescription = {
  code: 'bad-ignore',
  severity: 'warning',
  title: 'an ignore comment with an unknown rule or without a reason',
  why: '"# dkms-deb: ignore CODE reason" silences the rule CODE on its own line and on the next line. CODE is the code of a rule, such as clean-ignored. A comment without a reason silences the rule, too, but other readers need the reason.',
  bad: '# dkms-deb: ignore clean',
  good: '# dkms-deb: ignore clean-ignored RHEL 7 has DKMS 2',
};

/** All rules, in the order in which the documentation lists them. */
export const ALL_RULES: readonly RuleDescription[] = [
  NOT_EVALUATED,
  ...CONF_RULES,
  ...TREE_RULES,
  BAD_IGNORE,
];
