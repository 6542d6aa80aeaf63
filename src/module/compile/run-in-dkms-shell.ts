import {
  CONSTANTS,
  type DkmsVariables,
  EVALUATION_VARIABLES,
  FUNCTIONS,
} from '../../dkms/conf/shell-of-dkms.ts';
import { ANY_STATUS, type RunResult, run } from '../../system/process/run.ts';

/**
 * The script that runs a command as DKMS runs MAKE, PRE_BUILD and POST_BUILD (dkms.in, invoke_command). The shell of
 * the script evaluates the command with `eval`, so that DKMS's variables in the command are expanded; four of these
 * variables are also exported. Unlike DKMS, the script kills the whole process group when dkms-deb ends. The script
 * learns this from the pipe on its standard input, which dkms-deb keeps open while it runs (RunOptions.leash).
 */
const SCRIPT = `
umask 022
exec 3<&0 </dev/null
{ read -r -u 3; kill -KILL 0; } >/dev/null 2>&1 &
leash=$!
disown
exec 3<&-
command=$1; shift
for variable in ${EVALUATION_VARIABLES.join(' ')}; do printf -v "$variable" %s "$1"; shift; done
unset variable
export kernelver arch module module_version
${CONSTANTS.trim()}${FUNCTIONS}( unset leash; eval "$command" )
status=$?
kill -KILL "$leash" 2>/dev/null
exit "$status"
`;

/** How a command of dkms.conf is run: its directory, its environment, its log and its time limit. */
export interface ShellOptions {
  readonly cwd: string;
  /** The driver's tree, whose copy `cwd` is, for messages. Undefined if the source is a package. */
  readonly tree?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly timeoutSeconds: number;
  /** Replaces temporary paths in the output, for an error message (readablePaths). */
  readonly readable: (text: string) => string;
}

/**
 * Runs one command of dkms.conf as DKMS would. Returns the result, whatever the exit status is. Throws SystemError
 * `tool-timeout` after the time limit.
 */
export async function runInDkmsShell(
  command: string,
  variables: DkmsVariables,
  options: ShellOptions,
): Promise<RunResult> {
  const values = EVALUATION_VARIABLES.map((name) => variables[name]);
  return run('bash', ['--norc', '--noprofile', '-c', SCRIPT, 'dkms', command, ...values], {
    cwd: options.cwd,
    env: options.env,
    logFile: options.logFile,
    timeoutSeconds: options.timeoutSeconds,
    leash: true,
    accept: ANY_STATUS,
  });
}
