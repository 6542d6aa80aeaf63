import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, ModuleBuildError } from '../../errors.ts';
import { run } from '../../system/process/run.ts';
import { lastLines } from '../../system/text/last-lines.ts';

/**
 * Applies the patches of dkms.conf in order with `patch -p1` in the build directory (dkms.in, do_build). Throws
 * ModuleBuildError `patch-missing` (exit status 5) or `patch-failed` (exit status 6), as DKMS does.
 */
export async function applyPatches(
  buildDirectory: string,
  patches: readonly string[],
  logFile: string,
): Promise<void> {
  for (const patch of patches) {
    const file = join(buildDirectory, 'patches', patch);
    if (`patches/${patch}`.includes('/../')) {
      throw missing(patch, "contains '..' as a path component");
    }
    if (!existsSync(file)) throw missing(patch, 'is not in patches/');
    // With -N, patch fails for a patch that is already applied, as under DKMS. Without -N, patch would ask a question.
    const result = await run('patch', ['-p1', '-N', '-i', file], {
      cwd: buildDirectory,
      logFile,
      accept: [0, 1, 2],
    });
    if (result.exitStatus === 0) continue;
    throw new ModuleBuildError('patch-failed', EXIT.patchFailed, `patch ${patch} does not apply`, {
      output: lastLines(result.output, 10),
      hint: 'Refresh the patch, or limit it with PATCH_MATCH to the kernels that need it.',
    });
  }
}

function missing(patch: string, problem: string): ModuleBuildError {
  return new ModuleBuildError(
    'patch-missing',
    EXIT.patchMissing,
    `patch ${patch}, named in dkms.conf, ${problem}`,
    { hint: 'Put patches into the patches/ directory beside dkms.conf.' },
  );
}
