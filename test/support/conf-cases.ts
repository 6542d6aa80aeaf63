/** A dkms.conf for the comparison with DKMS. */
export interface Case {
  readonly name: string;
  readonly text: string;
  /** Where DKMS 3.0.10 (bookworm) means something else than 3.4.3, which we follow: what. */
  readonly old?: string;
  /** In which DKMS from 3.1.7 on differs, where we take what older DKMS takes. */
  readonly newer?: string;
}

const HEAD = 'PACKAGE_NAME="t"\nPACKAGE_VERSION="1.0"\n';
const ONE = `${HEAD}BUILT_MODULE_NAME[0]="m"\nDEST_MODULE_LOCATION[0]="/updates"\n`;
const TWO = `${ONE}BUILT_MODULE_NAME[1]="n"\nDEST_MODULE_LOCATION[1]="/updates"\n`;

/** Rules of dkms(8), and the cases of upstream's own test fixtures (test/dkms_conf_test_*). */
export const CASES: readonly Case[] = [
  // Upstream's fixtures.
  { name: 'empty', text: '', old: 'DEST_MODULE_LOCATION must be there' },
  {
    name: 'zero modules',
    text: `${HEAD}AUTOINSTALL="yes"`,
    old: 'DEST_MODULE_LOCATION must be there',
  },
  { name: 'BUILT_MODULE_NAME by default', text: `${HEAD}DEST_MODULE_LOCATION[0]="/updates-x"` },
  {
    name: 'everything wrong',
    text: `${HEAD}DEST_MODULE_NAME[0]="bar.ko"\nDEST_MODULE_LOCATION="/wrong/path"
BUILT_MODULE_NAME[1]="bar.o"\nDEST_MODULE_NAME[1]="foo"\nAUTOINSTALL="maybe"`,
    old: 'one DEST_MODULE_LOCATION gives record #0 the name; any AUTOINSTALL counts',
  },
  {
    name: 'sparse arrays',
    text: `${HEAD}BUILT_MODULE_NAME[1]="a"\nDEST_MODULE_LOCATION[1]="/kernel/extra"
BUILT_MODULE_NAME[3]="b"\nDEST_MODULE_LOCATION[3]="/kernel/extra"\nDEST_MODULE_LOCATION[4]="/oops"`,
    old: 'counts elements, not indexes',
  },
  { name: 'CRLF', text: ONE.replaceAll('\n', '\r\n'), old: 'keeps the CR' },
  { name: 'patches as an array literal', text: `${ONE}PATCH=(patch2.patch patch1.patch)` },
  { name: 'a patch in a subdirectory', text: `${ONE}PATCH=(a.patch sub/b.patch)` },
  {
    name: 'duplicate BUILT_MODULE_NAME',
    text: `${ONE}DEST_MODULE_NAME[0]=a\nBUILT_MODULE_NAME[1]=m\nDEST_MODULE_NAME[1]=b\nDEST_MODULE_LOCATION[1]=/extra`,
    old: 'does not look for duplicates',
  },
  {
    name: 'duplicate DEST_MODULE_NAME',
    text: `${TWO}DEST_MODULE_NAME[0]=same\nDEST_MODULE_NAME[1]=same`,
    old: 'does not look for duplicates',
  },
  {
    name: 'duplicates of one name in two places',
    text: `${ONE}BUILT_MODULE_LOCATION[0]=a\nBUILT_MODULE_NAME[1]=m\nBUILT_MODULE_LOCATION[1]=b/\nDEST_MODULE_NAME[1]=o\nDEST_MODULE_LOCATION[1]=/extra`,
  },
  { name: 'BUILD_EXCLUSIVE_ARCH none', text: `${TWO}BUILD_EXCLUSIVE_ARCH="none"` },
  {
    name: 'BUILD_EXCLUSIVE_CONFIG for single modules',
    text: `${TWO}BUILD_EXCLUSIVE_CONFIG[0]="CONFIG_MODULES !CONFIG_NO_SUCH"\nBUILD_EXCLUSIVE_CONFIG[1]="!CONFIG_MODULES CONFIG_NO_SUCH"`,
    old: 'not for single modules',
  },
  {
    name: 'BUILD_EXCLUSIVE_KERNEL[0] is a condition of all',
    text: `${TWO}BUILD_EXCLUSIVE_KERNEL[0]="^99\\..*"\nBUILD_EXCLUSIVE_KERNEL[1]=".*"\nBUILD_EXCLUSIVE_ARCH[1]="none"`,
  },
  {
    name: 'BUILD_EXCLUSIVE_KERNEL_MAX[0] is a condition of all',
    text: `${TWO}BUILD_EXCLUSIVE_KERNEL_MAX[0]="3.99"\nBUILD_EXCLUSIVE_KERNEL_MIN[1]="5.0"`,
    old: 'does not know BUILD_EXCLUSIVE_KERNEL_MAX',
  },
  { name: 'deprecated directives', text: `${ONE}REMAKE_INITRD=yes\nCLEAN=true\nOBSOLETE_BY=99.0` },

  // Validation.
  { name: 'no PACKAGE_NAME', text: ONE.replace('PACKAGE_NAME', 'X') },
  { name: 'no PACKAGE_VERSION', text: ONE.replace('PACKAGE_VERSION', 'X') },
  { name: 'no names at all', text: 'DEST_MODULE_LOCATION=/extra' },
  {
    name: 'no DEST_MODULE_LOCATION',
    text: `${HEAD}BUILT_MODULE_NAME=m`,
    old: 'says it more often',
  },
  { name: 'DEST_MODULE_LOCATION elsewhere', text: `${HEAD}DEST_MODULE_LOCATION=/opt` },
  { name: 'ends in .ko', text: `${HEAD}BUILT_MODULE_NAME=m.ko\nDEST_MODULE_LOCATION=/extra` },
  { name: 'AUTOINSTALL=no', text: `${ONE}AUTOINSTALL=no`, old: 'any value counts' },
  { name: 'AUTOINSTALL=YES', text: `${ONE}AUTOINSTALL=YES` },
  { name: 'NO_WEAK_MODULES=1', text: `${ONE}NO_WEAK_MODULES=1`, newer: 'refuses other values' },
  { name: 'two modules, one without a name', text: `${ONE}DEST_MODULE_LOCATION[1]=/extra` },

  // STRIP.
  { name: 'STRIP=no', text: `${TWO}STRIP=no` },
  { name: 'STRIP[1]=no', text: `${TWO}STRIP[1]=no` },
  { name: 'STRIP no, yes', text: `${TWO}STRIP[0]=n\nSTRIP[1]=Yup` },
  { name: 'STRIP=maybe', text: `${TWO}STRIP=maybe` },
  { name: 'STRIP no, maybe', text: `${TWO}STRIP[0]=no\nSTRIP[1]=maybe` },

  // MAKE.
  { name: 'MAKE as a scalar', text: `${ONE}MAKE="make all"` },
  {
    name: 'the last MAKE_MATCH wins',
    text: `${ONE}MAKE[0]=a\nMAKE[1]=b\nMAKE_MATCH[1]=^6\nMAKE[2]=c\nMAKE_MATCH[2]='^6\\.'`,
  },
  { name: 'MAKE[1] without a match', text: `${ONE}MAKE[0]=a\nMAKE[1]=b` },
  { name: 'MAKE_MATCH[0] does not match', text: `${ONE}MAKE[0]=a\nMAKE_MATCH[0]=^2` },
  { name: 'MAKE_MATCH[0] matches', text: `${ONE}MAKE[0]=a\nMAKE_MATCH[0]=amd64` },
  { name: 'MAKE past a gap', text: `${ONE}MAKE[0]=a\nMAKE[2]=b\nMAKE_MATCH[2]=^6` },
  { name: 'MAKE only at 1', text: `${ONE}MAKE[1]=b\nMAKE_MATCH[1]=^6` },
  {
    name: 'a MAKE_MATCH that is no expression',
    text: `${ONE}MAKE[0]=a\nMAKE[1]=b\nMAKE_MATCH[1]='(['`,
  },
  {
    name: 'MAKE_MATCH with a bracket and an alternative',
    text: `${ONE}MAKE[0]=a\nMAKE[1]=b\nMAKE_MATCH[1]='^(5|[6-9])\\.[0-9]+\\.'`,
  },

  // PATCH.
  {
    name: 'PATCH_MATCH',
    text: `${ONE}PATCH[0]=a\nPATCH_MATCH[0]=^6.1[.]\nPATCH[1]=b\nPATCH_MATCH[1]=^6.12\nPATCH[2]=c`,
  },
  { name: 'PATCH past a gap', text: `${ONE}PATCH[0]=a\nPATCH[3]=b` },
  { name: 'a PATCH_MATCH that is no expression', text: `${ONE}PATCH[0]=a\nPATCH_MATCH[0]='*('` },

  // BUILD_EXCLUSIVE and OBSOLETE_BY.
  { name: 'BUILD_EXCLUSIVE_KERNEL unanchored', text: `${ONE}BUILD_EXCLUSIVE_KERNEL="amd64$"` },
  {
    name: 'BUILD_EXCLUSIVE_KERNEL that is no expression',
    text: `${ONE}BUILD_EXCLUSIVE_KERNEL="("`,
  },
  { name: 'BUILD_EXCLUSIVE_ARCH', text: `${ONE}BUILD_EXCLUSIVE_ARCH="x86_64|i[3-6]86"` },
  {
    name: 'BUILD_EXCLUSIVE_KERNEL_MIN 6.5',
    text: `${ONE}BUILD_EXCLUSIVE_KERNEL_MIN=6.5`,
    old: 'unknown',
  },
  {
    name: 'BUILD_EXCLUSIVE_KERNEL_MAX 6.12',
    text: `${ONE}BUILD_EXCLUSIVE_KERNEL_MAX=6.12`,
    old: 'unknown',
  },
  {
    name: 'BUILD_EXCLUSIVE_KERNEL_MAX 6.1',
    text: `${ONE}BUILD_EXCLUSIVE_KERNEL_MAX=6.1`,
    old: 'unknown',
  },
  { name: 'OBSOLETE_BY 6.2', text: `${ONE}OBSOLETE_BY=6.2`, old: 'looks at it on install only' },
  {
    name: 'OBSOLETE_BY beside a maximum',
    text: `${ONE}OBSOLETE_BY=2\nBUILD_EXCLUSIVE_KERNEL_MAX=99`,
  },
  {
    name: 'OBSOLETE_BY beside a maximum of another module',
    text: `${TWO}OBSOLETE_BY=2\nBUILD_EXCLUSIVE_KERNEL_MAX[1]=99`,
  },
  {
    name: 'BUILD_EXCLUSIVE_CONFIG set',
    text: `${ONE}BUILD_EXCLUSIVE_CONFIG="CONFIG_MODULES   CONFIG_USB"`,
  },
  { name: 'BUILD_EXCLUSIVE_CONFIG rt', text: `${ONE}BUILD_EXCLUSIVE_CONFIG="!CONFIG_PREEMPT_RT"` },
  {
    name: 'BUILD_EXCLUSIVE_CONFIG of a string',
    text: `${ONE}BUILD_EXCLUSIVE_CONFIG="CONFIG_CC_VERSION_TEXT"`,
  },
  {
    name: 'excluded[1] only',
    text: `${TWO}BUILD_EXCLUSIVE_KERNEL[1]=^2`,
    old: 'not for single modules',
  },

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
