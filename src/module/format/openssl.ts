import { EXIT, ModuleBuildError, SystemError } from '../../errors.ts';
import { ANY_STATUS, type RunOptions, type RunResult, run } from '../../system/process/run.ts';

/**
 * Runs openssl and accepts any exit status. The time limit is 60 seconds, unless `options` name another. Throws
 * ModuleBuildError `openssl-missing`, and the errors of run() except `tool-missing` and `tool-failed`.
 */
export async function openssl(args: readonly string[], options: RunOptions): Promise<RunResult> {
  try {
    return await run('openssl', args, { timeoutSeconds: 60, ...options, accept: ANY_STATUS });
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'tool-missing') throw error;
    throw new ModuleBuildError(
      'openssl-missing',
      EXIT.failed,
      'openssl, which makes and checks signatures, is not installed',
      {
        hint: 'Install openssl: apt install openssl',
        cause: error,
      },
    );
  }
}
