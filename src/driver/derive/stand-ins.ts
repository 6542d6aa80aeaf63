import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import { KBUILD_QUESTION, kbuildVariables } from './kbuild-question.ts';

/** The directory of the real make and uname. */
const REAL = `/usr/bin`;

/** Names of programs that would change the machine. The script that replaces them only records the call. */
const INSTALLERS = ['depmod', 'insmod', 'modprobe', 'rmmod', 'update-initramfs', 'dracut', 'sudo'];

/**
 * The script that replaces make. If kbuild is called for the tree in $DKMS_DEB_COPY, the script runs KBUILD_QUESTION,
 * and makes an empty .ko for each module, so that a recipe which copies modules does not fail. If kbuild is called to
 * install, the script only records that. If kbuild is called for the release of the kernel, the script prints it. Other
 * calls of kbuild do nothing. Calls of make for other makefiles run the real make.
 */
const MAKE = `#!/bin/bash
real=${REAL}/make
at=$PWD tree=\${M:-\${KBUILD_EXTMOD:-\${SUBDIRS-}}} variables=() goals=()
words=("$@")
for ((i = 0; i < \${#words[@]}; i++)); do
  word=\${words[i]}
  case $word in
    -C | --directory) word=\${words[++i]}; [[ $word == /* ]] && at=$word || at=$at/$word ;;
    -C*) word=\${word#-C}; [[ $word == /* ]] && at=$word || at=$at/$word ;;
    --directory=*) word=\${word#*=}; [[ $word == /* ]] && at=$word || at=$at/$word ;;
    -f | -I | -o | -W | --file | --makefile) ((i++)) ;;
    -*) ;;
    M=* | SUBDIRS=* | KBUILD_EXTMOD=*) tree=\${word#*=} ;;
    *=*) variables+=("$word") ;;
    *) goals+=("$word") ;;
  esac
done
at=$(cd "$at" 2>/dev/null && pwd -P)
case $at in
  '' | "$DKMS_DEB_COPY" | "$DKMS_DEB_COPY"/*) exec -a make "$real" "$@" ;;
esac
[[ -e $at/include/config/auto.conf || -e $at/include/generated/autoconf.h || -e $at/.dkms-deb-stub ]] ||
  exec -a make "$real" "$@"
[[ $tree == /* ]] || tree=$PWD/$tree
tree=$(cd "$tree" 2>/dev/null && pwd -P)
case " \${goals[*]} " in
  *install*) echo "installs=make \${goals[*]}" >>"$DKMS_DEB_RECORD"; exit 0 ;;
  *" clean "* | *" help "*) exit 0 ;;
  *" kernelrelease "* | *" kernelversion "*) echo "$DKMS_DEB_RELEASE"; exit 0 ;;
esac
case $tree in
  "$DKMS_DEB_COPY" | "$DKMS_DEB_COPY"/*) ;;
  *) exit 0 ;;
esac
echo "kernel=$at" >>"$DKMS_DEB_RECORD"
. "$DKMS_DEB_VARIABLES"
export DKMS_DEB_TREE=$tree KBUILD_EXTMOD=$tree M=$tree
answer=$("$real" -s --no-print-directory -f "$DKMS_DEB_SELF" "\${variables[@]}" DKMS_DEB_FOLDER= dkms-deb-ask) || exit
printf '%s\\n' "$answer" >>"$DKMS_DEB_RECORD"
printf '%s\\n' "$answer" | sed -n 's,^dkms-deb-module=\\(.*\\):\\(.*\\)\\.o$,\\1/\\2.ko,p' | while read -r module; do
  : >"$module"
done
`;

/** The script that replaces uname. It prints the output of uname, but with $DKMS_DEB_UNAME as the release. */
const UNAME = `#!/bin/bash
said=$(${REAL}/uname "$@") || exit
own=$(${REAL}/uname -r)
printf '%s\\n' "\${said//"$own"/"$DKMS_DEB_UNAME"}"
`;

const INSTALLER = `#!/bin/bash
[[ -z $DKMS_DEB_RECORD ]] || echo "installs=\${0##*/} $*" >>"$DKMS_DEB_RECORD"
`;

/**
 * A release that no kernel has. While make lists or builds modules, the script that replaces uname prints this release.
 * So the release shows which makefiles call `uname -r`. That call is wrong: when DKMS runs make, the running kernel is
 * often not the kernel to build for.
 */
export const NO_KERNEL = '5.4.0-dkms-deb-none';

/** The directories with replacements of programs. The caller puts them first into PATH. */
export interface StandIns {
  /** The directory with the scripts that replace uname and the INSTALLERS. */
  readonly machine: string;
  /** The directory with the script that replaces make. */
  readonly make: string;
  /** Environment variables that the script for make needs. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Writes the scripts that replace programs into `scratch`. */
export async function makeStandIns(
  scratch: string,
  kernel: EvaluationContext['kernel'],
): Promise<StandIns> {
  const machine = join(scratch, 'machine');
  const make = join(scratch, 'make');
  const question = join(scratch, 'ask.mk');
  const variables = join(scratch, 'kbuild.sh');
  await Promise.all([mkdir(machine), mkdir(make)]);
  const kbuild = Object.entries(kbuildVariables(kernel, question));
  await Promise.all([
    writeFile(question, KBUILD_QUESTION),
    writeFile(
      variables,
      kbuild.map(([name, value]) => `export ${name}=${shellWord(value)}\n`).join(''),
    ),
    writeFile(join(make, 'make'), MAKE, { mode: 0o755 }),
    writeFile(join(machine, 'uname'), UNAME, { mode: 0o755 }),
    ...INSTALLERS.map((name) => writeFile(join(machine, name), INSTALLER, { mode: 0o755 })),
  ]);
  return {
    machine,
    make,
    variables: {
      DKMS_DEB_SELF: question,
      DKMS_DEB_VARIABLES: variables,
      DKMS_DEB_RELEASE: kernel.release,
    },
  };
}
