import { DIRECTIVES, MATCHED_DIRECTIVES } from './directives.ts';
import { CONSTANTS, EVALUATION_VARIABLES, FUNCTIONS } from './shell-of-dkms.ts';

/**
 * The bash program that reads a dkms.conf exactly as DKMS does (dkms.in v3.4.3, safe_source). It
 * sources the file in a subshell with DKMS's variables, writes each value with `eval echo` into a
 * scratch file, and sources that file. As in DKMS, this expands values twice, removes double quotes and
 * collapses spaces.
 *
 * Arguments: conf file, scratch file, then the values of EVALUATION_VARIABLES in their order.
 * stdout: records that end with NUL. `NAME[index]=value` is a value, `~NAME[index]=yes|no` says whether
 * an expression matches, `!ended=yes` means that dkms.conf ran to its end, and
 * `!long=NAME[index]=LENGTH` means that a value is too long.
 */

/**
 * The longest value in characters. A longer value is an error: Linux does not accept it as an argument of a program
 * (MAX_ARG_STRLEN, execve(2)).
 */
export const MAXIMUM_VALUE = 131071;

const matches = Object.entries(MATCHED_DIRECTIVES)
  .map(([name, subject]) => `report_matches ${name} "$${subject}"`)
  .join('\n');

/**
 * The beginning of the bash program. It defines all that the shell of DKMS has when DKMS sources dkms.conf, and copies
 * stdout to the file descriptor 3.
 */
export const EVALUATE_PRELUDE = `
umask 022
BASH_ARGV0=/usr/sbin/dkms
# No core file, no file over 64 MiB, 128 MiB of memory, 30 s of a processor: of each process below, too.
ulimit -c 0 -f 65536 -d 131072 -t 30 2>/dev/null
shopt -s extglob
exec 3>&1 >/dev/null
dkms_deb_conf=$1 dkms_deb_scratch=$2; shift 2
for variable in ${EVALUATION_VARIABLES.join(' ')}; do printf -v "$variable" %s "$1"; shift; done
unset variable
export kernelver arch module module_version
${CONSTANTS.trim()}
for variable in ${DIRECTIVES.join(' ')}; do unset "$variable"; done
readonly -a dkms_conf_variables=(${DIRECTIVES.join(' ')})
${FUNCTIONS}`;

export const EVALUATE_SCRIPT = `${EVALUATE_PRELUDE}
safe_source() {
    local to_source_file=$1
    local -r CR=$'\\r'
    ( exec 3>&- >"$dkms_deb_scratch"
    . "$to_source_file" >/dev/null
    # Not DKMS's, here and below: spares the processes where they would find nothing else.
    dkms_deb_list() { builtin eval "dkms_deb_indices=(\\\${!$1[@]})"; }
    if builtin declare -F echo || builtin declare -F eval || [[ $IFS != $' \\t\\n' ]]; then
        dkms_deb_list() { dkms_deb_indices=($(eval echo \\\${!$1[@]})); }
    fi >/dev/null
    for _export_env in "\${dkms_conf_variables[@]}"; do
        eval "[[ \\\${$_export_env[*]+set} ]]" || continue
        dkms_deb_list "$_export_env"
        for _i in "\${dkms_deb_indices[@]}"; do
            # bash takes minutes to cut the end off such a value, and no command could have it.
            builtin eval "dkms_deb_value=\\\${$_export_env[$_i]}"
            if ((\${#dkms_deb_value} > ${MAXIMUM_VALUE})); then
                builtin printf '%s[%s]=%s' "$_export_env" "$_i" "\${#dkms_deb_value}" >"$dkms_deb_scratch.long"
                builtin exit
            fi
            eval echo '$_export_env[$_i]=\\"\${'$_export_env'[$_i]%$CR}\\"'
        done
    done
    [[ -v CONFIG_CC_VERSION_TEXT ]] && dkms_deb_forget_configuration 2>/dev/null
    if [[ \${!DKMS_DIRECTIVE@} ]]; then
        for directive in $(set | grep ^DKMS_DIRECTIVE | cut -d = -f 2-3); do
            echo "\${directive%%=*}=\\"\${directive#*=}\\""
        done
    fi
    : >"$dkms_deb_scratch.ended"
    )
    . "$dkms_deb_scratch" 3>&-
}

# Not DKMS's: bash finds names by their beginning in the square of the number of all names, 0.15 s where
# dkms.conf sourced the kernel's configuration. Nothing is asked of that any more.
dkms_deb_forget_configuration() {
    builtin local IFS=$'\\n'
    builtin unset -v $(command sed -n 's/^\\(CONFIG_[[:alnum:]_]*\\)=.*/\\1/p' "$kernel_config") || :
}

report_matches() {
    local -n expressions=$1
    local i answer
    for i in "\${!expressions[@]}"; do
        answer=no
        [[ $2 =~ \${expressions[$i]} ]] && answer=yes
        printf '~%s[%s]=%s\\0' "$1" "$i" "$answer" >&3
    done
}

safe_source "$dkms_deb_conf"
for name in "\${dkms_conf_variables[@]}"; do
    declare -n values=$name
    for i in "\${!values[@]}"; do printf '%s[%s]=%s\\0' "$name" "$i" "\${values[$i]}" >&3; done
    unset -n values
done
${matches}
[[ -e $dkms_deb_scratch.long ]] && printf '!long=%s\\0' "$(<"$dkms_deb_scratch.long")" >&3
[[ -e $dkms_deb_scratch.ended ]] && printf '!ended=yes\\0' >&3
exit 0
`;
