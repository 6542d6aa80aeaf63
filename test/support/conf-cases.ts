import { type Case, HEAD, ONE, TWO } from './conf-case.ts';
import { SHELL_CASES } from './conf-cases-shell.ts';

/** Cases for the rules of dkms(8), and those of DKMS's own test fixtures (test/dkms_conf_test_*). */
export const CASES: readonly Case[] = [
  // DKMS's own fixtures.
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
  { name: 'AUTOINSTALL=no', text: `${ONE}AUTOINSTALL=no` },
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

  ...SHELL_CASES,
];
