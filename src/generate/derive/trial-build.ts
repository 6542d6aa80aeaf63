import { cp } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { EvaluationContext } from '../../dkms/evaluation-context.ts';
import { DkmsDebError } from '../../errors.ts';
import { withTemporaryDirectory } from '../../system/cleanup.ts';
import { run } from '../../system/run.ts';
import { shellWord } from '../../system/shell-word.ts';
import { listFiles } from '../../system/walk-tree.ts';
import type { NamedModule } from './ask-kbuild.ts';

const TRIAL_SECONDS = 300;

/**
 * Builds a copy of the tree with a command as dkms.conf would have it, and tells the modules that
 * come out; none where it fails. `uname -r` answers the running kernel, as it does under DKMS.
 */
export async function tryBuild(
  tree: string,
  command: string,
  kernel: EvaluationContext['kernel'],
): Promise<NamedModule[]> {
  return withTemporaryDirectory('trial', async (scratch) => {
    const copy = join(scratch, 'tree');
    await cp(tree, copy, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/^(?:\.git|debian)$/.test(relative(tree, path)),
    });
    const env = {
      kernelver: kernel.release,
      kernel_source_dir: kernel.directory,
      TMPDIR: scratch,
    };
    const script = `build=${shellWord(copy)}; ${command.replaceAll('$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build', '$build')}`;
    try {
      await run('bash', ['--norc', '-c', script], {
        cwd: copy,
        env,
        timeoutSeconds: TRIAL_SECONDS,
      });
    } catch (error) {
      if (error instanceof DkmsDebError) return [];
      throw error;
    }
    return builtModules(copy);
  });
}

async function builtModules(copy: string): Promise<NamedModule[]> {
  const names = await listFiles(copy);
  return names
    .filter((path) => /(?:^|\/)[\w][\w+.-]*\.ko$/.test(path))
    .sort()
    .map((path) => {
      const folder = dirname(path);
      return { name: basename(path, '.ko'), folder: folder === '.' ? '' : folder };
    });
}
