import { dirname, normalize } from 'node:path/posix';
import { kbuildBranchOf } from '../../dkms/source/kbuild-branch.ts';
import { lineOf, makesOf } from '../text/conf-lookups.ts';
import type { ConfContext, ConfRule, TreeFacts } from '../text/rule.ts';

/** The file that MAKE runs as its first word, or gives to an interpreter; undefined for a program. */
function scriptOf(command: string): { path: string; interpreted: boolean } | undefined {
  const bare = command.replace(/^(?:\w+=\S*\s+)+/, '').replace(/^\(\s*/, '');
  const [, interpreter, word = ''] =
    /^(?:(bash|sh|dash|python3?|perl)\s+(?:-\w+\s+)*)?(['"]?[\w./+-]+)/.exec(bare) ?? [];
  const path = word.replace(/^['"]/, '');
  if (path.startsWith('/') || (interpreter === undefined && !path.includes('/'))) return undefined;
  if (interpreter !== undefined && !/\.\w+$|\//.test(path)) return undefined;
  return { path: normalize(path), interpreted: interpreter !== undefined };
}

const makeScriptMissing: ConfRule = {
  code: 'make-script-missing',
  severity: 'error',
  title: 'a MAKE that is not there',
  why: 'DKMS runs MAKE in the copy of the source (dkms.in, do_build): a file that is not in it ends the build with status 10, "command not found".',
  bad: 'MAKE="./build-it.sh"   # no such file',
  good: 'MAKE="make"',
  *check(context) {
    for (const { index, path, tree } of scripts(context)) {
      const made = ['.in', '.ac', '.am'].some((suffix) => tree.files.has(path + suffix));
      if (!tree.complete || tree.files.has(path) || path.startsWith('..') || made) continue;
      // PRE_BUILD may make it: ./configure of autotools does not come from nowhere, though.
      if (context.evaluation?.evaluated.values.get('PRE_BUILD')?.get(0)) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `MAKE runs ${path}, which is not in the source`,
        advice: 'add it, executable, or name what is there',
        missingScript: path,
      };
    }
  },
};

const makeScriptNotExecutable: ConfRule = {
  code: 'make-script-not-executable',
  severity: 'error',
  title: 'a MAKE that may not be executed',
  why: 'DKMS runs it as a command (dkms.in, do_build): without the permission the build ends with status 10, "Permission denied". DKMS copies the modes as they are.',
  bad: 'MAKE="./build-it.sh"   # -rw-r--r--',
  good: 'MAKE="./build-it.sh"   # -rwxr-xr-x',
  *check(context) {
    for (const { index, path, interpreted, tree } of scripts(context)) {
      if (interpreted || tree.files.get(path) !== false) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `${path} is not executable: make ends with "Permission denied"`,
        advice: `chmod +x ${path}, or MAKE="sh ./${path}"`,
      };
    }
  },
};

function* scripts(
  context: ConfContext,
): Iterable<{ index: number; path: string; interpreted: boolean; tree: TreeFacts }> {
  const { tree } = context;
  if (tree === undefined) return;
  for (const [index, value] of makesOf(context)) {
    const script = scriptOf(value);
    if (script !== undefined) yield { index, tree, ...script };
  }
}

const makeKbuildBranch: ConfRule = {
  code: 'make-kbuild-branch',
  severity: 'error',
  title: 'a make that KERNELRELEASE sends the wrong way',
  why: 'DKMS puts KERNELRELEASE=… behind a make that begins MAKE (dkms.in, do_build). A makefile that asks for it (ifneq ($(KERNELRELEASE),)) takes that for a call by kbuild, offers no rule but obj-m, and builds nothing: "No rule to make target", "No targets" or silence. In quotes make is left alone.',
  bad: 'MAKE="make -C src"   # src/Makefile: ifneq ($(KERNELRELEASE),)',
  good: 'MAKE="\'make\' -C src KVER=$kernelver"',
  *check(context) {
    const { tree } = context;
    for (const [index, value] of makesOf(context)) {
      const makefile = kbuildBranchOf(
        value,
        (path) => tree?.makefiles.find((one) => one.path === path)?.text,
      );
      if (makefile === undefined) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `with the KERNELRELEASE that DKMS adds ${makefile} takes its branch for kbuild, and builds nothing`,
        advice: `MAKE="${value.replace(/^make/, "'make'")}"${dirname(makefile) === '.' ? '' : ', or call kbuild: make -C $kernel_source_dir M=…'}`,
      };
    }
  },
};

export const MAKE_SCRIPT_RULES: readonly ConfRule[] = [
  makeScriptMissing,
  makeScriptNotExecutable,
  makeKbuildBranch,
];
