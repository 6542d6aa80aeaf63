import { lineOf, makesOf } from '../text/conf-lookups.ts';
import type { ConfRule } from '../text/rule.ts';
import { MAKE_SCRIPT_RULES } from './make-scripts.ts';

const makeGlued: ConfRule = {
  code: 'make-glued',
  severity: 'error',
  title: 'a command whose name begins with make',
  why: 'DKMS inserts "-jN KERNELRELEASE=…" after the first four letters of a command that begins with make (dkms.in, do_build): make.sh becomes "make -j2 KERNELRELEASE=6.1.0-56-amd64.sh".',
  bad: 'MAKE="make.sh"',
  good: 'MAKE="./make.sh"',
  *check(context) {
    for (const [index, value] of makesOf(context)) {
      const word = /^make[^\s;&|]\S*/.exec(value)?.[0];
      if (word === undefined) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `DKMS changes ${word} to "make -jN KERNELRELEASE=…${word.slice(4)}"`,
        advice: `MAKE="./${word}"`,
      };
    }
  },
};

const makeNotFirst: ConfRule = {
  code: 'make-not-first',
  severity: 'info',
  title: 'a make without -j and KERNELRELEASE',
  why: "DKMS adds -jN and KERNELRELEASE only if the command begins with make (dkms.in, do_build). Otherwise the build runs one job at a time. Drivers that do not want them write 'make' in quotes.",
  bad: 'MAKE="KDIR=/lib/modules/$kernelver/build make"',
  good: 'MAKE="make KDIR=/lib/modules/$kernelver/build"',
  *check(context) {
    for (const [index, value] of makesOf(context)) {
      if (/^(?:make|['"]|\\make)/.test(value) || !/(?:^|[\s(;&|])make(?:\s|$)/.test(value))
        continue;
      if (/^\w+=\S*\s+'make'/.test(value)) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: 'the command does not begin with make, so DKMS adds neither -jN nor KERNELRELEASE',
        advice: 'begin with make, and write assignments after it',
      };
    }
  },
};

const makeChain: ConfRule = {
  code: 'make-chain',
  severity: 'info',
  title: 'several commands in MAKE',
  why: 'If the text begins with make, DKMS adds -jN and KERNELRELEASE to this make, and to no other (dkms.in, do_build). For kernels built with clang it appends LLVM=1 to the whole text (dkms.in, read_conf), so the last command gets it, whichever that is.',
  bad: 'MAKE="make modules; find . -name \'*.ko\' -exec mv {} . \\;"',
  good: 'MAKE="make modules"',
  *check(context) {
    for (const [index, value] of makesOf(context)) {
      const parts = value.split(/;(?!\s*$)|&&|\|\|/);
      if (parts.length < 2) continue;
      const last = parts.at(-1)?.trim().split(/\s/)[0] ?? '';
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `MAKE has ${parts.length} commands; for a kernel built with clang the last one (${last}) gets LLVM=1`,
        advice:
          'move the commands into the makefile, or set BUILT_MODULE_LOCATION to the folder of the module',
      };
    }
  },
};

const makeJobs: ConfRule = {
  code: 'make-jobs',
  severity: 'info',
  title: 'a fixed number of jobs',
  why: 'DKMS passes -jN itself (parallel_jobs of framework.conf, -j of dkms). make uses the last -j, which is that of dkms.conf.',
  bad: 'MAKE="make -j8"',
  good: 'MAKE="make"',
  *check(context) {
    for (const [index, value] of makesOf(context)) {
      const jobs = /^make\s(?:[^;&|]*\s)?(-j\s*\S*)/.exec(value)?.[1];
      if (jobs === undefined) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `${jobs.trim()} overrides the number of jobs that DKMS passes`,
        advice: 'remove -j',
      };
    }
  },
};

const subdirs: ConfRule = {
  code: 'subdirs',
  severity: 'error',
  title: 'SUBDIRS= is gone from kbuild',
  why: 'Linux 5.3 removed SUBDIRS= (kernel commit 7e35b42591c0). Since then only M= names the directory of an external module. Without M= make begins to build the kernel itself.',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash, not JavaScript.
  bad: 'MAKE="make -C ${kernel_source_dir} SUBDIRS=${dkms_tree}/foo/1.0/build modules"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash, not JavaScript.
  good: 'MAKE="make -C ${kernel_source_dir} M=${dkms_tree}/foo/1.0/build modules"',
  fixable: true,
  *check({ text }) {
    for (const assignment of text.assignments) {
      const source = text.valueSource(assignment);
      const at = /(?<![\w-])SUBDIRS=/.exec(source)?.index;
      if (at === undefined || /(?<![\w-])M=/.test(source) || !/\bmake\b|-C\b/.test(source))
        continue;
      const start = assignment.valueStart + at;
      yield {
        line: text.lineOf(start),
        message: `${assignment.name} uses SUBDIRS=, which Linux 5.3 and later ignore`,
        edits: [{ start, end: start + 'SUBDIRS'.length, text: 'M' }],
      };
    }
  },
};

export const MAKE_RULES: readonly ConfRule[] = [
  makeGlued,
  makeNotFirst,
  makeChain,
  makeJobs,
  subdirs,
  ...MAKE_SCRIPT_RULES,
];
