import { lineOf, makesOf } from '../text/conf-lookups.ts';
import type { ConfRule } from '../text/rule.ts';
import { MAKE_SCRIPT_RULES } from './make-scripts.ts';

const makeGlued: ConfRule = {
  code: 'make-glued',
  severity: 'error',
  title: 'a command whose name begins with make',
  why: 'DKMS puts "-jN KERNELRELEASE=…" behind the first four letters of a command that begins with make (dkms.in, do_build), whatever follows: make.sh becomes "make -j2 KERNELRELEASE=6.1.0-56-amd64.sh".',
  bad: 'MAKE="make.sh"',
  good: 'MAKE="./make.sh"',
  *check(context) {
    for (const [index, value] of makesOf(context)) {
      const word = /^make[^\s;&|]\S*/.exec(value)?.[0];
      if (word === undefined) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `DKMS makes "make -jN KERNELRELEASE=…${word.slice(4)}" of ${word}`,
        advice: `MAKE="./${word}"`,
      };
    }
  },
};

const makeNotFirst: ConfRule = {
  code: 'make-not-first',
  severity: 'info',
  title: 'a make that gets neither -j nor KERNELRELEASE',
  why: "DKMS adds them only where the command itself begins with make (dkms.in, do_build); with something before it the build runs one job at a time. 'make' in quotes is how drivers switch this off on purpose.",
  bad: 'MAKE="KDIR=/lib/modules/$kernelver/build make"',
  good: 'MAKE="make KDIR=/lib/modules/$kernelver/build"',
  *check(context) {
    for (const [index, value] of makesOf(context)) {
      if (/^(?:make|['"]|\\make)/.test(value) || !/(?:^|[\s(;&|])make(?:\s|$)/.test(value))
        continue;
      if (/^\w+=\S*\s+'make'/.test(value)) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: 'the command does not begin with make: DKMS adds neither -jN nor KERNELRELEASE',
        advice: 'begin with make, and put assignments behind it',
      };
    }
  },
};

const makeChain: ConfRule = {
  code: 'make-chain',
  severity: 'info',
  title: 'several commands in MAKE',
  why: 'Only the first make of a chain gets -jN and KERNELRELEASE, and for kernels built with clang DKMS appends LLVM=1 to the end of the whole string (dkms.in, read_conf): the last command gets it, whatever it is.',
  bad: 'MAKE="make modules; find . -name \'*.ko\' -exec mv {} . \\;"',
  good: 'MAKE="make modules"',
  *check(context) {
    for (const [index, value] of makesOf(context)) {
      const parts = value.split(/;(?!\s*$)|&&|\|\|/);
      if (parts.length < 2) continue;
      const last = parts.at(-1)?.trim().split(/\s/)[0] ?? '';
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `a chain of ${parts.length} commands: for a kernel built with clang the last one (${last}) gets LLVM=1`,
        advice: 'let the makefile do it, or BUILT_MODULE_LOCATION name the folder',
      };
    }
  },
};

const makeJobs: ConfRule = {
  code: 'make-jobs',
  severity: 'info',
  title: 'a number of jobs of its own',
  why: "DKMS passes -jN by itself (parallel_jobs of framework.conf, -j of dkms); make takes the last one, which is the file's.",
  bad: 'MAKE="make -j8"',
  good: 'MAKE="make"',
  *check(context) {
    for (const [index, value] of makesOf(context)) {
      const jobs = /^make\s(?:[^;&|]*\s)?(-j\s*\S*)/.exec(value)?.[1];
      if (jobs === undefined) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `${jobs.trim()} overrides the number of jobs that DKMS passes`,
        advice: 'leave -j to DKMS',
      };
    }
  },
};

const subdirs: ConfRule = {
  code: 'subdirs',
  severity: 'error',
  title: 'SUBDIRS= is gone from kbuild',
  why: 'Linux 5.3 dropped it (kernel commit 7e35b42591c0); since then only M= says where an external module is, and without it make begins to build the kernel itself.',
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
        message: `${assignment.name} says SUBDIRS=, which Linux 5.3 and later do not know`,
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
