import { withShell } from '../../dkms/conf/conf-shell.ts';
import { isDirective, MATCHED_DIRECTIVES } from '../../dkms/conf/directives.ts';
import { EVALUATE_PRELUDE } from '../../dkms/conf/evaluate-script.ts';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';

/** The values as bash has them when dkms.conf was sourced, before DKMS's second round (dkms.in, safe_source). */
export interface FirstRound {
  readonly values: ReadonlyMap<string, ReadonlyMap<number, string>>;
  /** `BUILD_EXCLUSIVE_KERNEL[0]` and such whose expression bash cannot read. */
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

/** Sources `file`, with `text` as its text, once, as DKMS does first. Empty where it does not come to its end. */
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
