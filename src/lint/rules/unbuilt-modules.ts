import { escapeRegExp } from '../../system/text/escape-reg-exp.ts';
import { someNames } from '../../system/text/some-names.ts';
import { lineOf } from '../text/conf-lookups.ts';
import type { TreeRule } from '../tree/tree-rule.ts';

const moduleNotBuilt: TreeRule = {
  code: 'module-not-built',
  severity: 'error',
  title: 'a module that kbuild does not build',
  why: 'After make, DKMS looks for BUILT_MODULE_LOCATION/BUILT_MODULE_NAME.ko, and ends with status 7 if it does not exist (dkms.in, do_build). kbuild names the file exactly as in obj-m, dashes and underscores included.',
  bad: 'BUILT_MODULE_NAME[0]="foo-bar"   # Makefile: obj-m += foo_bar.o',
  good: 'BUILT_MODULE_NAME[0]="foo_bar"   # Makefile: obj-m += foo_bar.o',
  *check({ confs, kbuild }) {
    for (const conf of confs) {
      const made = kbuild.get(conf) ?? [];
      const { tree, evaluation } = conf.context;
      if (made.length === 0 || tree === undefined || !tree.complete) continue;
      // A makefile that was not read may name any module. The rule not-checked reports it.
      if (tree.unread.length > 0) continue;
      // If obj-m contains a variable, as in `obj-m += $(NAME).o`, it may name any module.
      const texts = tree.makefiles.map(({ text }) => text);
      if (texts.some((text) => /^[ \t]*obj-\S+\s*[:+?]?=.*\$[({](?!CONFIG_)/m.test(text))) continue;
      for (const { builtName, index } of evaluation?.conf?.modules ?? []) {
        if (made.includes(builtName) || texts.some((text) => mentions(text, builtName))) continue;
        const alike = made.find((name) => plain(name) === plain(builtName));
        yield {
          file: conf.file,
          line:
            lineOf(conf.context, 'BUILT_MODULE_NAME', index) ??
            lineOf(conf.context, 'PACKAGE_NAME'),
          message: `no makefile names ${builtName}; the makefiles build ${someNames(made)}`,
          ...(alike === undefined ? {} : { advice: `BUILT_MODULE_NAME[${index}]="${alike}"` }),
        };
      }
    }
  },
};

function mentions(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${escapeRegExp(name)}(?![\\w-])`).test(text);
}

function plain(name: string): string {
  return name.replaceAll('_', '-').toLowerCase();
}

const runningKernelMakefile: TreeRule = {
  code: 'running-kernel-makefile',
  severity: 'error',
  title: 'a makefile that builds for the running kernel',
  why: 'The makefile calls uname -r, and MAKE does not override that. For every kernel, DKMS gets modules for the running kernel, or none. lint finds this by running make -n.',
  bad: 'MAKE="make"   # Makefile: KDIR = /lib/modules/$(shell uname -r)/build',
  good: 'MAKE="make KDIR=$kernel_source_dir"   # Makefile: KDIR ?= …',
  *check({ running }) {
    for (const conf of running) {
      const makefiles = conf.context.tree?.makefiles ?? [];
      const [asking] = makefiles.flatMap(({ path, text }) => {
        const line = text.split('\n').findIndex((one) => /^[^#]*\buname\s+-r/.test(one));
        return line < 0 ? [] : [`${path}:${line + 1}`];
      });
      yield {
        file: conf.file,
        line: lineOf(conf.context, 'MAKE'),
        message: `make would use the headers of the running kernel; ${asking ?? 'a makefile'} calls uname -r`,
        advice:
          'in MAKE, set the variable in which the makefile has the path of the headers, such as KDIR=$kernel_source_dir',
      };
    }
  },
};

export const MODULE_RULES: readonly TreeRule[] = [moduleNotBuilt, runningKernelMakefile];
