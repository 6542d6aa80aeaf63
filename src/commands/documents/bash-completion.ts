import type { CommandDeclaration } from '../command-line/command.ts';
import { groupOptions, longOption, type NamedOption } from '../command-line/help.ts';

/**
 * Returns the completion script for bash. It is fast, because it runs neither node nor functions of the package
 * bash-completion. It knows that bash splits `--name=value` into three words.
 */
export function bashCompletion(all: readonly CommandDeclaration[]): string {
  const common = [...groupOptions().values()].flat();
  return `# bash completion for dkms-deb, made from the declarations of its commands.

_dkms_deb_kernels()
{
    local path
    for path in /lib/modules/*/build/include /usr/src/linux-headers-*/include/config/kernel.release; do
        [[ -e $path ]] || continue
        path=\${path#/lib/modules/} path=\${path#/usr/src/linux-headers-}
        printf '%s\\n' "\${path%%/*}"
    done | sort -uV
}

# Sets COMPREPLY to the completions of the word $2; $1 is their kind.
_dkms_deb_reply()
{
    local word
    case $1 in
        words) mapfile -t COMPREPLY < <(compgen -W "$3" -- "$2") ;;
        # compgen -W would expand $(…) in a directory's name.
        kernel)
            while read -r word; do
                [[ $word != "$2"* ]] || COMPREPLY+=("$word")
            done < <(_dkms_deb_kernels)
            ;;
        command) mapfile -t COMPREPLY < <(compgen -W '${all.map(({ name }) => name).join(' ')}' -- "$2") ;;
        directory) mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
        deb) mapfile -t COMPREPLY < <(compgen -d -- "$2"; compgen -f -X '!*.deb' -- "$2") ;;
        file) mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    esac
    case $1 in
        # Adds slashes after directories; compopt fails outside of readline.
        directory | deb | file) compopt -o filenames 2>/dev/null ;;
    esac
    return 0
}

_dkms_deb()
{
    local cur=\${COMP_WORDS[COMP_CWORD]} option=\${COMP_WORDS[COMP_CWORD - 1]} command= i
    # bash has split --name=value into three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $option == = ]]; then
        option=\${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case \${COMP_WORDS[i]} in
            ${valueOptions(common).join(' | ')}) [[ \${COMP_WORDS[i + 1]} != = ]] || ((++i)); ((++i)) ;;
            -*) ;;
            *) command=\${COMP_WORDS[i]}; break ;;
        esac
    done
    COMPREPLY=()
    case $command:$option in
${[...all.flatMap(valueCases), ...common.flatMap((option) => valueCase('*', option))].join('\n')}
    esac
    case $command:$cur in
        :-*) _dkms_deb_reply words "$cur" '${optionWords(common)}' ;;
        :*) _dkms_deb_reply command "$cur" ;;
${all.map((one) => `        ${one.name}:-*) _dkms_deb_reply words "$cur" '${optionWords([...groupOptions(one).values()].flat())}' ;;`).join('\n')}
${all.flatMap(positionalCase).join('\n')}
    esac
}

complete -F _dkms_deb dkms-deb
`;
}

function valueCases(declaration: CommandDeclaration): string[] {
  return Object.entries(declaration.options).flatMap(([name, option]) =>
    valueCase(declaration.name, { ...option, name }),
  );
}

/**
 * Returns the line in the `case` statement of the script that completes the value of an option. Returns [] for an
 * option without a value.
 */
function valueCase(command: string, option: NamedOption): string[] {
  if (option.type === 'boolean') return [];
  // If the value of an option is optional, the value is accepted only after "=", and is not completed.
  if (option.optionalArgument) return [];
  const patterns = spellings(option).map((word) => `${command}:${word}`);
  return [`        ${patterns.join(' | ')}) ${replyFor(option)}; return ;;`];
}

function positionalCase({ name, positionals }: CommandDeclaration): string[] {
  const [first] = positionals;
  return first === undefined ? [] : [`        ${name}:*) ${replyFor(first)} ;;`];
}

/** Returns the shell command that completes an argument or the value of an option. */
function replyFor({ completes, choices }: Pick<NamedOption, 'completes' | 'choices'>): string {
  if (choices !== undefined) return `_dkms_deb_reply words "$cur" '${choices.join(' ')}'`;
  return completes === undefined ? ':' : `_dkms_deb_reply ${completes} "$cur"`;
}

function spellings({ name, alias }: NamedOption): string[] {
  return [...(alias === undefined ? [] : [`-${alias}`]), `--${name}`];
}

function valueOptions(options: readonly NamedOption[]): string[] {
  return options
    .filter(({ type, optionalArgument }) => type !== 'boolean' && !optionalArgument)
    .flatMap(spellings);
}

function optionWords(options: readonly NamedOption[]): string {
  return options
    .flatMap((option) => (option.default === true ? [longOption(option)] : spellings(option)))
    .filter((word) => word.startsWith('--'))
    .join(' ');
}
