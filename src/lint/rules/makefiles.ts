import { dirname, join, normalize, relative } from 'node:path';
import { makeExecutable } from '../../system/text/command-places.ts';
import { type Makefile, makefilesOf, matching } from '../tree/read-makefiles.ts';
import type { TrapInTree, TreeRule } from '../tree/tree-rule.ts';

const srctreeSrc: TreeRule = {
  code: 'srctree-src',
  severity: 'warning',
  title: '$(srctree)/$(src) in an external module',
  why: 'With M=, $(src) is an absolute path, and $(srctree) is the path of the kernel; the path made of both does not exist (kernel, Documentation/kbuild/modules.rst). The combination is right only inside the kernel.',
  bad: 'ccflags-y += -I$(srctree)/$(src)/include   # Makefile',
  good: 'ccflags-y += -I$(src)/include   # Makefile',
  *check(context) {
    for (const [makefile, line, text] of matching(
      context,
      // The expression `$(if $(filter /%,$(src)),$(src),$(srctree)/$(src))` is right in both cases, inside and
      // outside of the kernel.
      /^(?!.*\$\(filter \/%).*(\$[({](?:srctree|objtree)[)}]\/\$[({](?:src|obj)[)}])/,
    )) {
      yield {
        file: makefile.file,
        line,
        message: `${text} is not a directory of an external module`,
        advice: `use ${text.includes('(src)') || text.includes('{src}') ? '$(src)' : '$(obj)'} alone`,
      };
    }
  },
};

const pwdInKbuild: TreeRule = {
  code: 'pwd-in-makefile',
  severity: 'warning',
  title: '$(PWD) instead of $(src)',
  why: 'PWD is an environment variable of the caller: with make -C, sudo or a script it may be another directory, or unset. kbuild reads the makefile while it is in the directory of the kernel. Use $(src) in makefiles that kbuild reads, and $(CURDIR) in others.',
  bad: 'ccflags-y += -I$(PWD)/include   # Makefile',
  good: 'ccflags-y += -I$(src)/include   # Makefile',
  *check(context) {
    for (const [makefile, line] of matching(
      context,
      /^[^\t#]*(?:\b(?:cc|as|ld|subdir-cc|EXTRA_C|EXTRA_A)flags(?:-\S+)?\b|\bCFLAGS\w*|\b-?include\b).*(\$[({]PWD[)}])/i,
    )) {
      yield {
        file: makefile.file,
        line,
        message: '$(PWD) is the directory of the caller',
        advice: 'use $(src) for kbuild, $(CURDIR) elsewhere',
      };
    }
  },
};

const subdirsInMakefile: TreeRule = {
  code: 'subdirs-makefile',
  severity: 'error',
  title: 'a makefile that calls kbuild with SUBDIRS=',
  why: 'Linux 5.3 removed SUBDIRS= (kernel commit 7e35b42591c0). Without M= make begins to build the kernel itself, and fails.',
  bad: '$(MAKE) -C $(KDIR) SUBDIRS=$(CURDIR) modules   # Makefile',
  good: '$(MAKE) -C $(KDIR) M=$(CURDIR) modules   # Makefile',
  *check(context) {
    for (const [makefile, line] of matching(
      context,
      /^(?!.*(?<![\w-])M=)[^#]*(?:\bmake\b|\$[({]MAKE[)}]).*\s(SUBDIRS=)/,
    )) {
      yield {
        file: makefile.file,
        line,
        message: 'Linux 5.3 and later ignore SUBDIRS=',
        advice: 'use M=',
      };
    }
  },
};

/**
 * Matches a command of a recipe or of `$(shell …)` that runs a script of the tree, also through sh, python or perl:
 * `./gen.sh`, `$(src)/gen.sh`, `python3 $(CURDIR)/scripts/gen.py`. Only scripts with a usual extension are found.
 */
const CALLED =
  /(?:^\t[-@+]*|[;&|(]\s*|\$\(shell\s+)(?:(?:ba|da|z)?sh\s+|python3?\s+|perl\s+)?((?:\.|\$[({](?:src|obj|PWD|CURDIR|M|KBUILD_EXTMOD)[)}])\/[\w./-]+\.(?:sh|bash|py|pl|awk))(?=[\s;&|)]|$)/g;

const makefileScript: TreeRule = {
  code: 'makefile-script',
  severity: 'error',
  title: 'a script that the makefile cannot run',
  why: 'A recipe that runs a file needs the file and its permission to execute. A patch, or a checkout on a file system without modes, loses that permission.',
  bad: '\t$(src)/conftest.sh > $@   # Makefile; -rw-r--r-- conftest.sh',
  good: '\tsh $(src)/conftest.sh > $@   # Makefile',
  *check(context) {
    for (const makefile of makefilesOf(context)) {
      for (const [index, line] of makefile.lines.entries()) {
        // A line that continues the previous line does not begin a command.
        if (makefile.lines[index - 1]?.endsWith('\\')) continue;
        for (const called of line.matchAll(CALLED)) yield* wrongScript(makefile, index + 1, called);
      }
    }
  },
};

function* wrongScript(
  makefile: Makefile,
  line: number,
  [command, script = '']: RegExpExecArray,
): Iterable<TrapInTree> {
  const { file, path, files, complete } = makefile;
  const named = normalize(join(dirname(path), script.replace(/^(?:\.|\$[({]\w+[)}])\//, '')));
  const executable = files.get(named);
  const interpreted = /(?:sh|python3?|perl)\s+\S+$/.test(command);
  const made = ['.in', '.ac', '.am'].some((suffix) => files.has(named + suffix));
  // Only the makefile at the top is checked for missing scripts: a makefile in a folder may run in another
  // directory.
  if (executable === undefined && complete && !made && dirname(path) === '.') {
    yield {
      file,
      line,
      message: `${script} is not in the source`,
      advice: 'add the script to the source as an executable file',
    };
  } else if (executable === false && !interpreted) {
    yield {
      file,
      line,
      message: `${script} is not executable, so make cannot run it`,
      advice: makeExecutable(join(file, relative(path, named))),
    };
  }
}

export const MAKEFILE_RULES: readonly TreeRule[] = [
  srctreeSrc,
  pwdInKbuild,
  subdirsInMakefile,
  makefileScript,
];
