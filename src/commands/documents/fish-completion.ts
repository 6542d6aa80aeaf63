import type { CommandDeclaration, PositionalDeclaration } from '../command-line/command.ts';
import { groupOptions, longOption, type NamedOption } from '../command-line/help.ts';

/** Returns the completion script for fish. fish reads it when the first word of a line is dkms-deb. */
export function fishCompletion(all: readonly CommandDeclaration[]): string {
  const common = [...groupOptions().values()].flat();
  const withValue = common.filter(({ type }) => type !== 'boolean');
  const commands = all.map(({ name, purpose }) => `        ${name} ${quoted(purpose)}`);
  return `# fish completion for dkms-deb, made from the declarations of its commands.

function __dkms_deb_commands
    printf '%s\\t%s\\n' \\
${commands.join(' \\\n')}
end

function __dkms_deb_kernels
    for path in /lib/modules/*/build/include /usr/src/linux-headers-*/include/config/kernel.release
        string replace -r '^/lib/modules/|^/usr/src/linux-headers-' '' $path | string replace -r '/.*' ''
    end | sort -uV
end

# Prints directories and .deb files. fish has quoted the word already.
function __dkms_deb_debs
    set -l word (commandline -ct)
    complete -C "'' $word" | string replace -r '\\t.*' '' | string match -r '.*(?:/|\\.deb)$'
end

# Is $argv[1] the command of the line? It is '' before there is one.
function __dkms_deb_is
    set -l words (commandline -opc)
    set -l command ''
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case ${withValue.map((option) => longOption(option)).join(' ')}
                set -e words[1]
            case '-*'
            case '*'
                set command $words[1]
                break
        end
        set -e words[1]
    end
    test "$command" = "$argv[1]"
end

complete -c dkms-deb -f
${[
  line('', "-a '(__dkms_deb_commands)'"),
  ...common.map((option) => line('', optionWords(option))),
  ...all.flatMap(commandLines),
].join('\n')}
`;
}

function commandLines(declaration: CommandDeclaration): string[] {
  const { name, positionals } = declaration;
  const options = [...groupOptions(declaration).values()].flat();
  const [first] = positionals;
  const words = first === undefined ? '' : values(first);
  return [
    ...options.map((option) => line(name, optionWords(option))),
    ...(words === '' ? [] : [line(name, words)]),
  ];
}

/** Returns a call of fish's `complete` with the arguments `words`. It completes what follows the command `command`. */
function line(command: string, words: string): string {
  return `complete -c dkms-deb -n "__dkms_deb_is '${command}'" ${words}`;
}

/** Returns the arguments of `complete` for an option and its value, such as `-s o -l output -r -f -a '(…)' -d '…'`. */
function optionWords(option: NamedOption): string {
  const { alias, type, optionalArgument, describe } = option;
  // An optional value is accepted only after "=", and is not completed.
  const valued = type !== 'boolean' && !optionalArgument;
  const parts = [
    alias === undefined ? '' : `-s ${alias}`,
    `-l ${longOption(option).slice('--'.length)}`,
    valued ? `-r ${values(option)}` : '',
    `-d ${quoted(describe)}`,
  ];
  return parts
    .filter((part) => part !== '')
    .join(' ')
    .replace('-r  ', '-r ');
}

/**
 * Returns the arguments of `complete` for the value of an option or for an argument. Returns '-f' if its completions
 * are unknown.
 */
function values({
  completes,
  choices,
}: Pick<PositionalDeclaration, 'completes' | 'choices'>): string {
  if (choices !== undefined) return `-f -a ${quoted(choices.join(' '))}`;
  switch (completes) {
    case 'command':
      return "-f -a '(__dkms_deb_commands)'";
    case 'kernel':
      return "-f -a '(__dkms_deb_kernels)'";
    case 'directory':
      return "-f -a '(__fish_complete_directories (commandline -ct))'";
    case 'deb':
      return "-f -a '(__dkms_deb_debs)'";
    case 'file':
      return '-F';
    default:
      return '-f';
  }
}

/** Quotes a word for fish. Only a backslash and a single quote are special between single quotes. */
function quoted(plain: string): string {
  return `'${plain.replace(/[\\']/g, '\\$&')}'`;
}
