import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvaluationContext } from '../../dkms/conf/evaluation-context.ts';
import { KBUILD_NAMES } from '../../dkms/source/makefile-name.ts';
import { DkmsDebError } from '../../errors.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { runConfined } from '../../system/process/confine.ts';
import { isEndless } from '../../system/process/is-endless.ts';
import { READING_LIMITS } from '../../system/process/limits.ts';
import { refuseFullDisk } from '../../system/process/no-room.ts';
import { copyTree } from './copy-tree.ts';
import {
  KBUILD_QUESTION,
  kbuildVariables,
  modulesOf,
  type NamedModule,
} from './kbuild-question.ts';
import { wordsOf } from './words-of.ts';

/** The modules that kbuild would build in a folder, and the error of make if it failed. */
export interface KbuildAnswer {
  readonly modules: readonly NamedModule[];
  readonly failure: string | undefined;
  /** Whether make was stopped because it exceeded a limit of time, output, memory or processes. */
  readonly endless?: boolean;
}

const SECONDS = 10;

/**
 * Returns the modules of a tree that kbuild would build for one kernel. make evaluates the makefiles, but compiles
 * nothing. make runs in a copy of the tree, because programs that makefiles run may write files. If the kernel has no
 * headers, its CONFIG_ variables are unset. Returns no modules if make fails, or if the tree has no Kbuild or Makefile.
 */
export async function askKbuild(
  tree: string,
  kernel: EvaluationContext['kernel'],
): Promise<NamedModule[]> {
  if (!hasMakefile(tree)) return [];
  return withTemporaryDirectory('ask', async (scratch) => {
    const copy = join(scratch, 'tree');
    await copyTree(tree, copy);
    return [...(await answerOfKbuild(copy, kernel)).modules];
  });
}

/**
 * Does the same as askKbuild, but in `tree` itself instead of a copy. Also returns the error of make. The time limit is
 * `seconds`, 10 at most.
 */
export async function answerOfKbuild(
  tree: string,
  kernel: EvaluationContext['kernel'],
  seconds = SECONDS,
): Promise<KbuildAnswer> {
  if (!hasMakefile(tree)) {
    return { modules: [], failure: undefined };
  }
  return withTemporaryDirectory('ask', async (scratch) => {
    const question = join(scratch, 'ask.mk');
    await writeFile(question, KBUILD_QUESTION);
    const env = {
      ...kbuildVariables(kernel, question),
      TMPDIR: scratch,
      DKMS_DEB_TREE: tree,
      KBUILD_EXTMOD: tree,
      M: tree,
    };
    try {
      const { stdout } = await runConfined(
        'make',
        ['-s', '--no-print-directory', '-f', question, 'DKMS_DEB_FOLDER=', 'dkms-deb-ask'],
        // The variables are passed in the environment, as kbuild does, so that a makefile may change them.
        {
          scratch,
          cwd: tree,
          env,
          timeoutSeconds: Math.min(seconds, SECONDS),
          ...READING_LIMITS,
        },
      );
      return { modules: modulesOf(stdout, tree), failure: undefined };
    } catch (error) {
      if (!(error instanceof DkmsDebError)) throw error;
      refuseFullDisk(error.output.join('\n'));
      return { modules: [], failure: wordsOf(error), endless: isEndless(error) };
    }
  });
}

function hasMakefile(tree: string): boolean {
  return KBUILD_NAMES.some((name) => existsSync(join(tree, name)));
}
