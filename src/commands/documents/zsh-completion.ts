import type { CommandDeclaration, PositionalDeclaration } from '../command-line/command.ts';
import { groupOptions, longOption, type NamedOption } from '../command-line/help.ts';

/** Returns the completion script `_dkms-deb` for zsh. It must be in a directory of $fpath. */
export function zshCompletion(all: readonly CommandDeclaration[]): string {
  const common = [...groupOptions().values()].flat();
  const commands = all.map(({ name, purpose }) => `        '${name}:${quoted(purpose)}'`);
  return `#compdef dkms-deb
# zsh completion for dkms-deb, made from the declarations of its commands.

_dkms_deb_kernels() {
    local -a kernels
    kernels=(
        /lib/modules/*/build/include(N:h:h:t)
        /usr/src/linux-headers-*/include/config/kernel.release(N:h:h:h:t:s/linux-headers-//)
    )
    _wanted kernels expl kernel compadd -a - kernels
}

_dkms_deb_commands() {
    local -a commands
    commands=(
${commands.join('\n')}
    )
    _describe command commands
}

_dkms-deb() {
    local curcontext=$curcontext state line expl
    _arguments -C \\
${common.map((option) => `        ${optionSpec(option)} \\`).join('\n')}
        '1:command:_dkms_deb_commands' \\
        '*::argument:->arguments'
    [[ $state == arguments ]] || return
    case $words[1] in
${all.map(commandCase).join('\n')}
    esac
}

_dkms-deb "$@"
`;
}

function commandCase(declaration: CommandDeclaration): string {
  const options = [...groupOptions(declaration).values()].flat();
  const specs = [...options.map(optionSpec), ...declaration.positionals.map(positionalSpec)];
  return `        ${declaration.name})
            _arguments -s \\
${specs.map((spec) => `                ${spec}`).join(' \\\n')}
            ;;`;
}

/**
 * Returns the specification of an option for _arguments of zsh, such as `'(-o --output)'{-o+,--output=}'[directory for
 * the results]:DIR:_files -/'`.
 */
function optionSpec(option: NamedOption): string {
  const { alias, type, describe, repeat, optionalArgument } = option;
  const long = longOption(option);
  const text = `[${quoted(describe, '[]')}]`;
  const value = type === 'boolean' ? '' : valueSpec(option);
  const [shortMark, longMark] =
    type === 'boolean' ? ['', ''] : optionalArgument ? ['-', '=-'] : ['+', '='];
  const names =
    alias === undefined ? `${long}${longMark}` : `{-${alias}${shortMark},${long}${longMark}}`;
  const excluded = repeat ? '*' : alias === undefined ? '' : `(-${alias} ${long})`;
  if (alias === undefined) return `'${excluded}${names}${text}${value}'`;
  return `'${excluded}'${names}'${text}${value}'`;
}

function valueSpec({ argument, choices, completes }: NamedOption): string {
  const title = quoted(argument ?? 'value');
  if (choices !== undefined) return `:${title}:(${choices.join(' ')})`;
  return `:${title}:${action(completes)}`;
}

function positionalSpec({ name, required, repeat, completes, choices }: PositionalDeclaration) {
  const what = choices === undefined ? action(completes) : `(${choices.join(' ')})`;
  return repeat ? `'*:${name}:${what}'` : `'${required ? ':' : '::'}${name}:${what}'`;
}

function action(completes: PositionalDeclaration['completes']): string {
  switch (completes) {
    case 'command':
      return '_dkms_deb_commands';
    case 'kernel':
      return '_dkms_deb_kernels';
    case 'directory':
      return '_files -/';
    case 'deb':
      return '_files -g "*.deb"';
    case 'file':
      return '_files';
    default:
      return ' ';
  }
}

/** Escapes a text that is between single quotes in a specification. A colon would end a part of the specification. */
function quoted(plain: string, also = ''): string {
  const special = new RegExp(`[:\\\\${also.replace(/[[\]]/g, '\\$&')}]`, 'g');
  return plain.replace(special, '\\$&').replaceAll("'", "'\\''");
}
