import { withShell } from '../../dkms/conf/conf-shell.ts';
import { isDirective, MATCHED_DIRECTIVES } from '../../dkms/conf/directives.ts';
import { EVALUATE_PRELUDE } from '../../dkms/conf/evaluate-script.ts';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { setsPlainVariables } from '../../dkms/conf/only-sets-variables.ts';

/** The values that bash has after it sourced dkms.conf. DKMS evaluates them a second time (dkms.in, safe_source). */
export interface FirstRound {
  readonly values: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** Directives such as `BUILD_EXCLUSIVE_KERNEL[0]` whose regular expression is invalid. */
  readonly badExpressions: readonly { readonly name: string; readonly index: number }[];
}

const SCRIPT = `${EVALUATE_PRELUDE}
read_first_round() {
    . "$dkms_deb_conf" >/dev/null
    local dkms_deb_name dkms_deb_index
    for dkms_deb_name in "\${dkms_conf_variables[@]}"; do
        local -n dkms_deb_values=$dkms_deb_name
        for dkms_deb_index in "\${!dkms_deb_values[@]}"; do
            printf '%s[%s]=%s\\0' "$dkms_deb_name" "$dkms_deb_index" "\${dkms_deb_values[$dkms_deb_index]}" >&3
            case $dkms_deb_name in ${Object.keys(MATCHED_DIRECTIVES).join('|')}) ;; *) continue ;; esac
            [[ '' =~ \${dkms_deb_values[$dkms_deb_index]} ]]
            (($? == 2)) && printf '!%s[%s]=\\0' "$dkms_deb_name" "$dkms_deb_index" >&3
        done
        unset -n dkms_deb_values
    done
}
read_first_round
exit 0
`;

/**
 * Lets bash source `text` as the contents of `file` once, without DKMS's second evaluation. The result is empty if
 * bash does not reach the end of the file.
 */
export async function readFirstRound(
  file: string,
  context: EvaluationContext & { readonly identity: { name: string; version: string } },
  text: Buffer,
): Promise<FirstRound> {
  const { bytes } = await withShell(file, context, text, (shell) => shell.run(SCRIPT, context));
  const stdout = bytes.toString('utf8');
  const values = new Map<string, Map<number, string>>();
  const badExpressions: { name: string; index: number }[] = [];
  for (const record of stdout.split('\0')) {
    const [, bad, name, index, value = ''] = /^(!?)(\w+)\[(\d+)\]=(.*)$/s.exec(record) ?? [];
    if (name === undefined || !isDirective(name)) continue;
    if (bad) badExpressions.push({ name, index: Number(index) });
    else values.set(name, (values.get(name) ?? new Map()).set(Number(index), value));
  }
  return { values, badExpressions };
}

const MATCHED = new RegExp(String.raw`\b(?:${Object.keys(MATCHED_DIRECTIVES).join('|')})\b`);

/**
 * Whether the values of a dkms.conf are the same before and after DKMS's second evaluation, and none of them is a
 * regular expression. For such a file bash is not needed to find the values of the first evaluation.
 */
export function isSameInBothRounds(text: string): boolean {
  // The second evaluation expands variables, and replaces several spaces by one.
  return setsPlainVariables(text) && !/[$'\\\t\r]| {2}/.test(text) && !MATCHED.test(text);
}
