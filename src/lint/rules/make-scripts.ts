import { dirname, join, normalize } from 'node:path/posix';
import { kbuildBranchOf } from '../../dkms/source/kbuild-branch.ts';
import { makeExecutable } from '../../system/text/command-places.ts';
import { lineOf, makesOf } from '../text/conf-lookups.ts';
import type { ConfContext, ConfRule, TreeFacts } from '../text/rule.ts';

/**
 * Returns the script that the command runs, and whether an interpreter runs it. Returns undefined if the command runs a
 * program that is not a file of the source.
 */
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
  title: 'a missing script in MAKE',
  why: 'DKMS runs MAKE in a copy of the source (dkms.in, do_build). If the script is not in the source, the build fails with status 10, "command not found".',
  bad: 'MAKE="./build-it.sh"   # does not exist',
  good: 'MAKE="make"',
  *check(context) {
    for (const { index, path, tree } of scripts(context)) {
      const made = ['.in', '.ac', '.am'].some((suffix) => tree.files.has(path + suffix));
      if (!tree.complete || tree.files.has(path) || path.startsWith('..') || made) continue;
      // The script is not missing if PRE_BUILD may make it.
      if (context.evaluation?.evaluated.values.get('PRE_BUILD')?.get(0)) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `MAKE runs ${path}, which is not in the source`,
        advice: 'add the script to the source as an executable file, or name an existing script',
        missingScript: path,
      };
    }
  },
};

const makeScriptNotExecutable: ConfRule = {
  code: 'make-script-not-executable',
  severity: 'error',
  title: 'a script in MAKE that is not executable',
  why: 'DKMS runs the script as a command (dkms.in, do_build). If the script is not executable, the build fails with status 10, "Permission denied". DKMS copies the modes of the source.',
  bad: 'MAKE="./build-it.sh"   # -rw-r--r--',
  good: 'MAKE="./build-it.sh"   # -rwxr-xr-x',
  *check(context) {
    for (const { index, path, interpreted, tree } of scripts(context)) {
      if (interpreted || tree.files.get(path) !== false) continue;
      yield {
        line: lineOf(context, 'MAKE', index),
        message: `${path} is not executable: the build fails with "Permission denied"`,
        advice: `run ${makeExecutable(join(tree.root, path))}, or write MAKE="sh ./${path}"`,
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
  title: "a makefile that mistakes DKMS's make for a call by kbuild",
  why: 'If MAKE begins with make, DKMS adds KERNELRELEASE=… to it (dkms.in, do_build). A makefile that tests KERNELRELEASE (ifneq ($(KERNELRELEASE),)) takes this make for a call by kbuild, defines only obj-m, and builds nothing: "No rule to make target", "No targets", or no output. DKMS does not change a quoted make.',
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
        message: `DKMS adds KERNELRELEASE, so ${makefile} uses its branch for kbuild and builds nothing`,
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
