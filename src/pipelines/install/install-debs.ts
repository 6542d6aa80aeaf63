import { SystemError } from '../../errors.ts';
import type { Reporter } from '../../report/reporter.ts';
import { runWhole } from '../../system/process/run-whole.ts';
import { lastLines } from '../../system/text/last-lines.ts';
import { shellLine } from '../../system/text/shell-word.ts';
import { aptCommand } from './apt-command.ts';
import type { InstallChoice } from './install-choice.ts';

/** The command of apt. With --try also what apt would do; packages are given as `NAME VERSION`. */
export interface AptResult {
  readonly command: string;
  readonly installs?: readonly string[];
  readonly removes?: readonly string[];
}

/**
 * Installs .deb files with apt-get, or asks apt-get what it would do. The command is printed before it runs. If a
 * person is at the terminal, sudo and apt-get may ask questions; otherwise they never ask. Throws SystemError
 * `sudo-password`, `apt-locked`, `install-failed`, or `install-refused` for --try.
 */
export async function installDebs(
  debs: readonly string[],
  choice: InstallChoice,
  reporter: Reporter,
): Promise<AptResult> {
  const words = aptCommand(debs, choice);
  const command = shellLine(words);
  reporter.note(`$ ${command}`);
  const isTry = choice.mode === 'try';
  const [program = '', ...args] = words;
  const attached = choice.attended && !isTry;
  if (!attached && !isTry) reporter.progress('installing');
  const env = attached ? {} : { DEBIAN_FRONTEND: 'noninteractive' };
  const { exitStatus, output } = await runWhole(program, args, { attached, env });
  if (exitStatus !== 0) throw failure({ exitStatus, output, command, isTry, attached });
  if (!isTry) return { command };
  const changes = readSimulation(output);
  reporter.note(`apt would install: ${changes.installs.join(', ') || 'nothing'}`);
  if (changes.removes.length > 0) {
    reporter.warn(`apt would remove: ${changes.removes.join(', ')}`);
  }
  return { command, ...changes };
}

/** Prints the command that would be run after a build. */
export function wouldRun(
  debs: readonly string[],
  choice: InstallChoice,
  reporter: Reporter,
): AptResult {
  const command = shellLine(aptCommand(debs, choice));
  reporter.note(`Would run: ${command}`);
  return { command };
}

/** Reads the lines `Inst` and `Remv` of `apt-get --simulate` (apt-get(8), -s). */
export function readSimulation(output: string): { installs: string[]; removes: string[] } {
  const installs = [...output.matchAll(/^Inst (\S+) (?:\[[^\]]*\] )?\((\S+)/gm)];
  const removes = [...output.matchAll(/^Remv (\S+)(?: \[([^\]]*)\])?/gm)];
  const named = ([, name = '', version = '']: RegExpMatchArray) => `${name} ${version}`.trim();
  return { installs: installs.map(named), removes: removes.map(named) };
}

interface Failure {
  readonly exitStatus: number;
  readonly output: string;
  readonly command: string;
  readonly isTry: boolean;
  readonly attached: boolean;
}

function failure({ exitStatus, output, command, isTry, attached }: Failure): SystemError {
  if (/^sudo: .*(?:password is required|terminal is required)/m.test(output)) {
    return new SystemError(
      'sudo-password',
      'sudo needs a password, but no person is at a terminal',
      {
        hint: `Run this yourself: ${command.replace(/^sudo -n /, 'sudo ').replace(' --yes ', ' ')}`,
      },
    );
  }
  if (/^E: Could not get lock|^E: Unable to (?:acquire|lock)/m.test(output)) {
    return new SystemError('apt-locked', 'another program is using apt or dpkg', {
      hint: `Wait until the other program has ended, then run: ${command}`,
      output: output.split('\n').filter((line) => line.startsWith('E: ')),
    });
  }
  const details = {
    hint: attached
      ? 'Read what apt-get wrote above. The packages are built, and stay where they are.'
      : 'Solve the problem that apt-get reports. The packages are built, and stay where they are.',
    output: explanation(output),
  };
  if (isTry)
    return new SystemError('install-refused', 'apt would refuse to install the packages', details);
  return new SystemError('install-failed', `apt-get ended with status ${exitStatus}`, details);
}

/**
 * Returns the last lines of apt-get's output. If apt-get reports unmet dependencies, returns only lines after this
 * report begins.
 */
function explanation(output: string): string[] {
  const from = output.indexOf('The following packages have unmet dependencies');
  const lines = lastLines(from === -1 ? output : output.slice(from), 15);
  return lines.filter((line) => line.trim() !== '');
}
