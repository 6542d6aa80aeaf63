import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DkmsVariables } from '../../dkms/conf/shell-of-dkms.ts';
import { EXIT, ModuleBuildError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { isExecutable } from '../../system/process/find-program.ts';
import { makeExecutable } from '../../system/text/command-places.ts';
import { lastLines } from '../../system/text/last-lines.ts';
import { runInDkmsShell, type ShellOptions } from './run-in-dkms-shell.ts';

/**
 * Runs PRE_BUILD or POST_BUILD in the build directory. The value is a script of the tree, and its arguments. If the
 * script is missing or not executable, warns and does not run it, as DKMS does (dkms.in v3.4.3, run_build_script). If
 * the script fails, throws ModuleBuildError `build-script-failed` with the script's exit status. The status 77 becomes
 * 10, because 77 would mean that the kernel is excluded.
 */
export async function runBuildScript(
  hook: 'PRE_BUILD' | 'POST_BUILD',
  command: string | undefined,
  variables: DkmsVariables,
  options: ShellOptions,
  reporter: Reporter,
): Promise<void> {
  if (!command) return;
  const script = command.split(' ')[0] ?? command;
  const file = join(options.cwd, script);
  if (!existsSync(file)) {
    reporter.warn(
      `the ${hook} script ${script} does not exist; DKMS skips it, too`,
      `Add the script to the source as an executable file, or remove ${hook}.`,
    );
    return;
  }
  if (!isExecutable(file)) {
    const original = options.tree && join(options.tree, script);
    const known = original !== undefined && existsSync(original);
    reporter.warn(
      `the ${hook} script ${script} is not executable, so it is not run; DKMS skips it, too`,
      `Make the script executable${known ? `: ${makeExecutable(original)}` : ' in the source of the package.'}`,
    );
    return;
  }
  const result = await runInDkmsShell(`${options.cwd}/${command}`, variables, options);
  if (result.exitStatus === 0) return;
  throw new ModuleBuildError(
    'build-script-failed',
    result.exitStatus === EXIT.excluded ? EXIT.makeFailed : result.exitStatus,
    `the ${hook} script ${script} ended with status ${result.exitStatus}`,
    {
      output: lastLines(options.readable(result.output), 15),
      hint: `Read the whole log: ${options.logFile}`,
    },
  );
}
