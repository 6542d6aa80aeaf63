import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { shellWord } from '../../system/text/shell-word.ts';
import { KBUILD_QUESTION, kbuildVariables } from './kbuild-question.ts';

/** Where programs of that name are sought behind the stand-ins. */
const REAL = `/usr/bin`;

/** What would touch the machine: a stand-in notes that it was called, and does nothing. */
const INSTALLERS = ['depmod', 'insmod', 'modprobe', 'rmmod', 'update-initramfs', 'dracut', 'sudo'];

/**
 * In the place of make: a call of kbuild for the tree in $DKMS_DEB_COPY is answered by the question which
 * modules there are, every other call is make's. An empty .ko appears for each, so that a recipe that copies
 * them goes on. The kernel's own `install` targets are noted and do nothing.
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

/** In the place of uname: all it says, with the release of the kernel in question. */
const UNAME = `#!/bin/bash
said=$(${REAL}/uname "$@") || exit
own=$(${REAL}/uname -r)
printf '%s\\n' "\${said//"$own"/"$DKMS_DEB_UNAME"}"
`;

const INSTALLER = `#!/bin/bash
[[ -z $DKMS_DEB_RECORD ]] || echo "installs=\${0##*/} $*" >>"$DKMS_DEB_RECORD"
`;

/** A release that no kernel has: what asks the running kernel under DKMS finds another one, too. */
export const NO_KERNEL = '5.4.0-dkms-deb-none';

/** Directories to stand first in PATH. */
export interface StandIns {
  /** uname and installers. */
  readonly machine: string;
  /** make. */
  readonly make: string;
  /** Of every program that runs with `make` there. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Writes them into `scratch`. */
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
