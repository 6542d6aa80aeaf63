import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DkmsVariables } from '../../dkms/conf/shell-of-dkms.ts';
import { EXIT, ModuleBuildError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { lastLines } from '../../system/process/run.ts';
import { runInDkmsShell, type ShellOptions } from './shell.ts';

/**
 * Runs PRE_BUILD or POST_BUILD in the build directory: the first word is a script in the tree, the
 * rest are its arguments. One that is not executable is only warned about, one that fails ends the
 * build with its own status (dkms.in v3.4.3, run_build_script), unless that is the one which says that
 * the kernel is excluded: then with that of make.
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
  if (!isExecutable(join(options.cwd, script))) {
    reporter.warn(
      `the ${hook} script ${script} is not executable; DKMS goes on without it`,
      `chmod +x ${script}`,
    );
    return;
  }
  const result = await runInDkmsShell(`${options.cwd}/${command}`, variables, options);
  if (result.exitStatus === 0) return;
  throw new ModuleBuildError(
    'build-script-failed',
    result.exitStatus === EXIT.excluded ? EXIT.makeFailed : result.exitStatus,
    `the ${hook} script ${script} ended with status ${result.exitStatus}`,
    { output: lastLines(result.output, 15), hint: `The whole log: ${options.logFile}` },
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
