import { type Case, HEAD, ONE, TWO } from './conf-case.ts';

/** Cases for the features of bash in a dkms.conf. */
export const SHELL_CASES: readonly Case[] = [
  // The shell.
  {
    name: 'variables of DKMS',
    text: `${ONE}MAKE="make K=$kernelver S=$kernel_source_dir A=$arch T=$dkms_tree U=$source_tree M=$module/$module_version"`,
  },
  {
    name: 'the second round of expansion',
    text: `${ONE}MAKE='make H=\${kernelver%%-*} N=$PACKAGE_NAME S=$(echo hi)'`,
  },
  {
    name: 'what the second round does not see yet',
    text: `${ONE}MAKE='make $BUILT_MODULE_NAME $PRE_BUILD.'\nPRE_BUILD=pre`,
  },
  { name: 'the escaped dollar', text: `${ONE}MAKE="make \\\\\\$HOME x"` },
  { name: 'a command in backticks in single quotes', text: `${ONE}MAKE='make X=\`echo 1 2\`'` },
  { name: 'lost double quotes', text: `${ONE}MAKE="make V=\\"1.2\\""` },
  { name: 'double quotes around a blank', text: `${ONE}MAKE="make V=\\"1 2\\""` },
  { name: 'single quotes stay', text: `${ONE}MAKE="'make' V='1 2'"` },
  { name: 'collapsed blanks', text: `${ONE}MAKE="make   'a   b'\t c\n  d"` },
  { name: 'backslashes', text: `${ONE}MAKE='find . -name a\\.o -exec rm {} \\; \\\\ x'` },
  { name: 'a glob in a value', text: `${ONE}MAKE="make /usr/src/no-such-*/x"` },
  { name: 'continued lines', text: `${ONE}MAKE="make \\\n  all"` },
  {
    name: 'extglob',
    text: `${ONE}V=abc123\nMAKE="make \${V%%+([0-9])}"\nif [[ a = +(a|b) ]]; then PRE_BUILD=yes; fi\ncase $V in abc+([0-9])) POST_BUILD=x;; esac`,
  },
  {
    name: "DKMS's own VER",
    text: `${ONE}[[ $(VER $kernelver) > $(VER 6.9) ]] && MAKE=new || MAKE=old`,
  },
  {
    name: '+= and a loop',
    text: `${HEAD}for i in 0 1 2; do BUILT_MODULE_NAME[$i]=m$i; DEST_MODULE_LOCATION[$i]=/extra; done\nMAKE=make\nMAKE+=" all"`,
  },
  {
    name: 'a condition on the configuration',
    text: `${ONE}. $kernel_source_dir/.config\nif [ "$CONFIG_PREEMPT_RT" = y ]; then MAKE="make RT=1"; fi`,
  },
  { name: 'a function', text: `${ONE}f() { MAKE="make $1"; }\nf all` },
  { name: 'top-level local', text: `local n=m\n${ONE}MAKE="make $n"` },
  {
    name: 'functions named like builtins',
    text: `${ONE}set() { :; }\ncut() { :; }\ngrep() { :; }\nMAKE=mine`,
  },
  {
    name: 'its own echo',
    text: `${ONE}echo() { :; }\nMAKE=lost`,
    old: 'DEST_MODULE_LOCATION must be there',
  },
  { name: 'set -e', text: `${ONE}set -e\nMAKE=a\ntrue` },
  { name: 'set -u', text: `${ONE}set -u\nMAKE=a` },
  { name: 'set -f', text: `${ONE}set -f\nMAKE="make *"` },
  {
    name: 'readonly',
    text: `readonly PACKAGE_NAME=t\nreadonly MAKE=a\n${ONE.replace('PACKAGE_NAME="t"', '')}`,
  },
  { name: 'declare -A', text: `${ONE}declare -A MAKE=([x]=a)` },
  { name: 'unset and set again', text: `${ONE}MAKE[0]=a\nunset MAKE\nMAKE=b` },
  {
    name: 'variables of DKMS overwritten',
    text: `${ONE}kernelver=1.0 arch=none\nMAKE_MATCH=^1\nMAKE=a\nBUILD_EXCLUSIVE_ARCH=none`,
  },
  {
    name: 'noise on stdout',
    text: `echo 'MAKE[0]=bad'\nprintf '\\0PACKAGE_NAME[0]=bad\\0'\n${ONE}`,
  },
  { name: 'noise on stderr', text: `echo 'MAKE[0]=bad' >&2\n${ONE}` },
  { name: 'reading stdin', text: `read x\n${ONE}MAKE="make $x."` },
  { name: 'return', text: `${ONE}MAKE=a\nreturn 3\nMAKE=b` },
  {
    name: 'DKMS_DIRECTIVE',
    text: `${ONE}MAKE=a\nDKMS_DIRECTIVE_1=MAKE=b\nDKMS_DIRECTIVE="BUILD_DEPENDS=x=y"`,
  },
  {
    name: "DKMS_DIRECTIVE beside the kernel's configuration",
    text: `${ONE}MAKE=a\n. /lib/modules/$kernelver/build/.config\nreadonly CONFIG_MODULES\nset -e\nDKMS_DIRECTIVE_1=MAKE=b$CONFIG_MODULES`,
  },
  { name: 'BASH_SOURCE', text: `${ONE}MAKE="make $(basename "$BASH_SOURCE")"` },
  { name: 'BUILD_DEPENDS', text: `${ONE}BUILD_DEPENDS[0]=a\nBUILD_DEPENDS[2]=b` },
  {
    name: 'hooks with arguments',
    text: `${ONE}PRE_BUILD="configure --with=\${kernelver}  x"\nPOST_BUILD=post`,
  },
  { name: 'UTF-8', text: `${ONE}MAKE="make X=größe"` },
  { name: 'a long value', text: `${ONE}printf -v MAKE 'make %0100000d' 1` },
  { name: 'echo says more', text: `${ONE}echo() { builtin echo "$@"; }\nBUILD_DEPENDS=(a b)` },
  { name: 'eval as a function', text: `${ONE}eval() { builtin eval "$@"; }\nBUILD_DEPENDS=(a b)` },
  { name: 'noglob and nounset', text: `${TWO}set -f -u\nMAKE='make *'\nBUILD_DEPENDS[2]='[a]'` },
];
