import { ARRAY_RULES } from './rules/arrays.ts';
import { DH_DKMS_RULES } from './rules/dh-dkms.ts';
import { EXCLUSIVE_RULES } from './rules/exclusive.ts';
import { EXPANSION_RULES } from './rules/expansion.ts';
import { FILE_RULES } from './rules/files.ts';
import { KERNEL_RULES } from './rules/kernel.ts';
import { MAKE_RULES } from './rules/make.ts';
import { DIRECTIVE_RULES } from './rules/misused-directives.ts';
import { NAME_RULES } from './rules/names-and-versions.ts';
import { SYNTAX_RULES } from './rules/syntax.ts';
import { VALIDATION_RULES } from './rules/validation.ts';
import { YES_NO_RULES } from './rules/yes-no.ts';
import type { ConfRule } from './text/rule.ts';

/** The rules that check one dkms.conf and the files around it. */
export const CONF_RULES: readonly ConfRule[] = [
  ...SYNTAX_RULES,
  ...VALIDATION_RULES,
  ...DIRECTIVE_RULES,
  ...ARRAY_RULES,
  ...YES_NO_RULES,
  ...KERNEL_RULES,
  ...MAKE_RULES,
  ...EXPANSION_RULES,
  ...EXCLUSIVE_RULES,
  ...FILE_RULES,
  ...NAME_RULES,
  ...DH_DKMS_RULES,
];
