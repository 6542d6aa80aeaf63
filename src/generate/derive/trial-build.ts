import { chmod, cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { EvaluationContext } from '../../dkms/evaluate.ts';
import { DkmsDebError } from '../../errors.ts';
import { withTemporaryDirectory } from '../../system/cleanup.ts';
import { run } from '../../system/run.ts';
import type { NamedModule } from './ask-kbuild.ts';

const TRIAL_SECONDS = 300;

/**
 * Builds a copy of the tree with a command as dkms.conf would have it, and tells the modules that
 * come out; none where it fails. `uname -r` answers the kernel that is asked for, but only where
 * `answerUname` says so: DKMS does not do that.
 */
export async function tryBuild(
  tree: string,
  command: string,
  kernel: EvaluationContext['kernel'],
  answerUname: boolean,
): Promise<NamedModule[]> {
  return withTemporaryDirectory('trial', async (scratch) => {
    const copy = join(scratch, 'tree');
    await cp(tree, copy, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/^(?:\.git|debian)$/.test(relative(tree, path)),
    });
    const env: Record<string, string> = {
      kernelver: kernel.release,
      kernel_source_dir: kernel.directory,
      TMPDIR: scratch,
    };
    if (answerUname) env.PATH = `${await unameAnswering(scratch, kernel)}:${process.env.PATH}`;
    const script = `build=${quote(copy)}; ${command.replaceAll('$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build', '$build')}`;
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

/** A folder with a `uname` that answers the target's release to `-r`, and is itself else. */
async function unameAnswering(
  scratch: string,
  kernel: EvaluationContext['kernel'],
): Promise<string> {
  const bin = join(scratch, 'bin');
  await mkdir(bin);
  const file = join(bin, 'uname');
  await writeFile(
    file,
    `#!/bin/sh\n[ "$*" = -r ] && exec echo ${quote(kernel.release)}\nexec /bin/uname "$@"\n`,
  );
  await chmod(file, 0o755);
  await symlink('/bin/true', join(bin, 'depmod'));
  return bin;
}

async function builtModules(copy: string): Promise<NamedModule[]> {
  const names = await readdir(copy, { recursive: true });
  return names
    .filter((path) => /(?:^|\/)[\w][\w+.-]*\.ko$/.test(path))
    .sort()
    .map((path) => {
      const folder = dirname(path);
      return { name: basename(path, '.ko'), folder: folder === '.' ? '' : folder };
    });
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
