// biome-ignore-all lint/suspicious/noTemplateCurlyInString: substvars and bash, not templates
import { type ConfLie, conf } from './lie.ts';
import type { HostileTree } from './tree.ts';

type Script = string | ((tree: HostileTree) => string);

/** What is put behind, or with `^` before, the lines of a right dkms.conf. */
const ENDLESS: Readonly<Record<string, Script>> = {
  'a loop': 'while :; do :; done',
  'a loop that is deaf to signals': "trap '' TERM INT HUP QUIT; while :; do :; done",
  'a sleep': ({ mark }) => `sleep ${mark}`,
  'a read of stdin': 'read -r line; cat',
  'a read of a terminal': 'read -r line </dev/tty; cat /dev/tty',
  'a flood on stderr':
    'while :; do echo "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" >&2; done',
  'a flood on stdout': 'yes | cat',
  'yes on stderr': 'yes >&2',
  'zeros on stderr': 'cat /dev/zero >&2',
  'zeros in a value': 'MAKE="$(cat /dev/zero)"',
  'yes in a value': 'MAKE="$(yes)"',
  'a string that doubles': 'x=aaaaaaaa; while :; do x=$x$x; done',
  'an array that grows': 'i=0; while :; do a[i]=xxxxxxxxxxxxxxxxxxxxxxxxxxxx$i; ((i++)); done',
  'a function that calls itself': 'f() { f; }; f',
  'processes below processes': 'n=0; f() { ((n++ > 400)) || (f); }; f',
  'sixty hungry processes':
    'for i in {1..60}; do head -c 60m /dev/zero | tail -c 60m >/dev/null & done; wait',
  'three thousand processes': ({ mark }) => `for i in {1..3000}; do sleep ${mark} & done; wait`,
  'a file that fills': 'cat /dev/zero >filler',
  'files without number': 'i=0; while ((i++ < 50000)); do : >$TMPDIR/$i; done',
  'an endless DEBUG trap': "trap 'while :; do :; done' DEBUG; x=1",
  'an endless EXIT trap': "trap 'while :; do :; done' EXIT",
  'an endless echo': 'echo() { while :; do :; done; }',
  'an endless eval': 'eval() { while :; do :; done; }',
  'SIGSTOP to itself': 'kill -STOP $$; kill -STOP $BASHPID',
};

const OUTLIVING: Readonly<Record<string, Script>> = {
  'a background process': ({ mark }) => `sleep ${mark} &`,
  'a background process without streams': ({ mark }) =>
    `sleep ${mark} </dev/null >/dev/null 2>&1 3>&- &`,
  setsid: ({ mark }) => `setsid sleep ${mark} &`,
  'setsid twice, no streams': ({ mark }) =>
    `setsid setsid sh -c 'sleep ${mark} </dev/null >/dev/null 2>&1 3>&- &' </dev/null >/dev/null 2>&1 3>&-`,
  'a double fork without environment': ({ mark }) =>
    `( cd / && env -i setsid -f sleep ${mark} </dev/null >/dev/null 2>&1 3>&- )`,
  nohup: ({ mark }) => `nohup sleep ${mark} >/dev/null 2>&1 & disown`,
  coproc: ({ mark }) => `coproc sleep ${mark}`,
  'a process that starts itself again': ({ mark }) =>
    `f() { trap '' TERM; sleep ${mark}; f; }; (trap f EXIT TERM; f) & disown`,
  'kill $PPID': 'kill $PPID; sleep 1',
  'kill -9 $PPID': 'kill -9 $PPID; sleep 1',
  'kill its group': 'kill -9 -$$; kill -9 0',
  'kill the parents': 'for s in INT TERM HUP KILL; do kill -$s $PPID; done',
  'kill itself': 'kill -9 $BASHPID; kill -9 $$',
};

const WRITING: Readonly<Record<string, Script>> = {
  'a new file': ': >new-file',
  'over a source': 'echo "int x;" >hostile.c',
  'over itself': 'echo >>"${BASH_SOURCE[0]}"',
  'over debian/control':
    'for d in . .. ../..; do [ -e $d/debian/control ] && echo >$d/debian/control; done',
  'rm of all': 'rm -rf ./* ../debian',
  'rm of its directory': 'rm -rf "$(dirname "${BASH_SOURCE[0]}")"',
  'mode 0': 'chmod -R 000 .',
  'mode without search': 'chmod 644 . patches; chmod 000 dkms.conf',
  'another owner': 'chown -R 1234 .',
  'a link through': 'ln -sf /etc/passwd hostile.h; mv README.md README',
  'touch of all': 'touch -d 2001-01-01 * .',
  'exec >file': 'exec >hostile.c',
  'a path that kbuild uses': 'mkdir -p "$dkms_tree/hostile" "$source_tree/hostile" 2>/dev/null',
  'git init': 'git init -q . && git add -A && git commit -qm x',
};

const ODD: Readonly<Record<string, Script>> = {
  exit: 'exit 0',
  'exit with a status': 'exit 77',
  return: 'return 3',
  exec: 'exec true',
  'set -e and false': 'set -e; false',
  'set -u': 'set -u; x=$nobody_has_set_this',
  'set -n': 'set -n',
  'set -x': 'set -x',
  'set -f -o noclobber': 'set -f -C',
  'set -o posix': 'set -o posix',
  'IFS of letters': 'IFS=abcdefghijklmnopqrstuvwxyz',
  'IFS of digits': 'IFS=0123456789',
  'PATH of nothing': 'PATH=',
  'functions of the names of builtins':
    'echo() { :; }; printf() { :; }; eval() { :; }; declare() { :; }; local() { :; }; unset() { :; }',
  'readonly directives': 'readonly MAKE=x BUILT_MODULE_NAME PACKAGE_NAME; readonly name i values',
  'a readonly IFS': 'readonly IFS=,',
  aliases: 'shopt -s expand_aliases; alias echo=exit',
  'closed streams': 'exec 0<&- 1>&- 2>&- 3>&-',
  'all descriptors closed': 'for i in {0..20}; do eval "exec $i>&-"; done',
  'an index of a million': 'BUILT_MODULE_NAME[1000000]=x',
  'an index of 10^9': 'BUILT_MODULE_NAME[1000000000]=x; DEST_MODULE_LOCATION[1000000000]=/extra',
  'an index of 10^18': 'BUILT_MODULE_NAME[1000000000000000000]=x',
  'a negative index': 'BUILT_MODULE_NAME[-5]=x',
  'an index beyond numbers': 'BUILT_MODULE_NAME[99999999999999999999]=x',
  'indices with gaps':
    'for i in 7 70 700 7000; do BUILT_MODULE_NAME[i]=m$i; DEST_MODULE_LOCATION[i]=/extra; done',
  'five thousand modules':
    'for i in {0..4999}; do BUILT_MODULE_NAME[i]=m$i; DEST_MODULE_LOCATION[i]=/extra; done',
  'a hundred thousand patches': 'for i in {0..99999}; do PATCH[i]=p$i; done',
  'an associative array': 'unset MAKE; declare -A MAKE; MAKE[x]=y; MAKE[/]=z',
  'a nameref': 'declare -n MAKE=PATH; declare -n PATCH=PATCH',
  'an integer': 'declare -i PACKAGE_VERSION; PACKAGE_VERSION="x[\\$(touch new-file)]"',
  'a value of 200 KB': 'printf -v MAKE "%0200000d" 0',
  'a million in MAKE': 'MAKE=$(printf "a %.0s" {1..60000})',
  'an expression without end':
    'BUILD_EXCLUSIVE_KERNEL="((a*)*)*$"; BUILD_EXCLUSIVE_ARCH="(x+x+)+y"',
  'an expression that is none': 'BUILD_EXCLUSIVE_KERNEL="(((["; MAKE_MATCH[0]="[z-a]"; MAKE[0]=x',
  'an expression with a bomb': 'BUILD_EXCLUSIVE_KERNEL="((((((.{99}){99}){99}){99}){99}){99})"',
  'a value with $()': "MAKE='$(touch new-file; echo make)'",
  'a value with backticks': "CLEAN='`touch new-file`make clean'",
  'a directive of its own':
    'DKMS_DIRECTIVE1="MAKE=x"; DKMS_DIRECTIVE2=\'PATCH[0]=$(touch new-file)\'',
  'a BASH_ENV': 'export BASH_ENV=$PWD/env ENV=$PWD/env; echo touch new-file >env',
  'two equal modules': 'BUILT_MODULE_NAME[1]=hostile; DEST_MODULE_LOCATION[1]=/updates/dkms',
  'a ulimit of nothing': 'ulimit -f 0; ulimit -n 3; ulimit -u 1; ulimit -t 1',
  'a locale of its own': 'export LC_ALL=tr_TR.UTF-8 LANG=ja_JP.eucJP',
};

/** Texts that are no bash at all, or hardly. */
const BYTES: Readonly<Record<string, (text: string) => string | Buffer>> = {
  'NUL bytes': (text) => text.replace('"hostile"', '"hos\0tile"'),
  'NUL bytes only': () => '\0'.repeat(10_000),
  'UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'a byte order mark': (text) => `\ufeff${text}`,
  'CR LF': (text) => text.replaceAll('\n', '\r\n'),
  'CR alone': (text) => text.replaceAll('\n', '\r'),
  'Latin-1': (text) => Buffer.from(`${text}MAKE="m\xe4ke"\n`, 'latin1'),
  'no end of a quote': (text) => `${text}MAKE="make\n`,
  'no end of a here document': (text) => `${text}cat <<END\nx\n`,
  'ten thousand parentheses': (text) => `${text}${'('.repeat(10_000)}\n`,
  'nested expansions': (text) => `${text}MAKE=${'${x:-'.repeat(5000)}a${'}'.repeat(5000)}\n`,
  'nested command substitutions': (text) =>
    `${text}MAKE=${'$('.repeat(400)}echo${')'.repeat(400)}\n`,
  'braces without number': (text) => `${text}MAKE=$(echo {1..30}{1..30}{1..30}{1..30}{1..30})\n`,
  'a line of 250 KB': (text) => `${text}MAKE="${'x'.repeat(250_000)}"\n`,
  'twenty thousand lines': (text) => text + 'AUTOINSTALL="yes"\n'.repeat(13_000),
  'over the limit': (text) => `${text}# ${'x'.repeat(300_000)}\n`,
  'an ELF header': () => `\x7fELF${'\x02\x01\x01'.repeat(900)}`,
  nothing: () => '',
};

const scripts = (group: string, all: Readonly<Record<string, Script>>): ConfLie[] =>
  Object.entries(all).map(([which, script], i) => ({
    kind: `dkms.conf that ${group}: ${which}`,
    withDebian: i % 2 === 0,
    tell: (tree) => {
      const line = typeof script === 'string' ? script : script(tree);
      conf(tree, (text) => `${text}${line}\n`);
    },
  }));

export const SCRIPT_LIES: readonly ConfLie[] = [
  ...scripts('does not end', ENDLESS),
  ...scripts('outlives or kills', OUTLIVING),
  ...scripts('writes into the tree', WRITING),
  ...scripts('sets odd things', ODD),
  ...Object.entries(BYTES).map(([which, change], i) => ({
    kind: `dkms.conf of odd bytes: ${which}`,
    withDebian: i % 2 === 1,
    tell: (tree: HostileTree) => conf(tree, change as (text: string) => string),
  })),
];
