import { dirname, join, normalize, relative } from 'node:path';
import { ANY_MAKEFILE } from '../../dkms/source/makefile-name.ts';
import { makeExecutable } from '../../system/text/command-places.ts';
import type { TrapInTree, TreeContext, TreeRule } from '../tree/tree-rule.ts';

/** A makefile in the directory that DKMS gets as the source. */
interface Makefile {
  /** The absolute path of the makefile. */
  readonly file: string;
  /** The path of the makefile, relative to the source. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly files: ReadonlyMap<string, boolean>;
  readonly complete: boolean;
}

function* makefilesOf({ confs }: TreeContext): Iterable<Makefile> {
  const seen = new Set<string>();
  for (const { context } of confs) {
    const { tree } = context;
    if (tree === undefined) continue;
    for (const { path, text } of tree.makefiles) {
      const file = join(tree.root, path);
      if (seen.has(file) || !ANY_MAKEFILE.test(path)) continue;
      seen.add(file);
      yield { file, path, lines: text.split('\n').map(withoutComment), ...tree };
    }
  }
}

function withoutComment(line: string): string {
  return line.replace(/(^|\s)#.*$/, '$1');
}

/**
 * Yields each line of the makefiles that matches the expression: the makefile, the number of the line, and the first
 * group of the match, or the whole match if it has no group.
 */
function* matching(context: TreeContext, expression: RegExp): Iterable<[Makefile, number, string]> {
  for (const makefile of makefilesOf(context)) {
    for (const [index, line] of makefile.lines.entries()) {
      const found = expression.exec(line);
      if (found !== null) yield [makefile, index + 1, found[1] ?? found[0]];
    }
  }
}

const extraFlags: TreeRule = {
  code: 'extra-cflags',
  severity: 'warning',
  title: 'EXTRA_CFLAGS is gone from kbuild',
  why: 'Linux 6.15 removed EXTRA_CFLAGS, EXTRA_AFLAGS and EXTRA_LDFLAGS (kernel commit e966ad0edd00). Since then kbuild ignores them without a message, with their include paths and definitions. ccflags-y, asflags-y and ldflags-y work since 2.6.24.',
  bad: 'EXTRA_CFLAGS += -I$(src)/include   # Makefile',
  good: 'ccflags-y += -I$(src)/include   # Makefile',
  *check(context) {
    const texts = [...makefilesOf(context)].flatMap(({ lines }) => lines);
    for (const [makefile, line, name] of matching(
      context,
      /^[^\t#]*?\b(EXTRA_(?:CFLAGS|AFLAGS|LDFLAGS))\s*[:+?]?=/,
    )) {
      const kbuilds = `${name.slice('EXTRA_'.length).toLowerCase().replace(/^c/, 'cc').replace(/^a/, 'as')}-y`;
      // A makefile that adds EXTRA_CFLAGS to ccflags-y uses EXTRA_CFLAGS only as a variable of its own.
      const handed = new RegExp(`\\b${kbuilds}\\b.*\\$[({]${name}[)}]`);
      if (texts.some((text) => handed.test(text))) continue;
      yield {
        file: makefile.file,
        line,
        message: `Linux 6.15 and later ignore ${name}`,
        advice: `use ${kbuilds}`,
      };
    }
  },
};

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
 * Matches a command of a recipe that runs a script of the tree: `./gen.sh`, `$(src)/gen.sh`,
 * `$(CURDIR)/scripts/gen.py`.
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
      advice: 'add it as an executable file',
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
  extraFlags,
  srctreeSrc,
  pwdInKbuild,
  subdirsInMakefile,
  makefileScript,
];
