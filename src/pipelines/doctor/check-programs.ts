import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { SystemError } from '../../errors.ts';
import { findProgram, programDirectories } from '../../system/process/find-program.ts';
import { packageOf } from '../../system/process/programs.ts';
import { ANY_STATUS, run } from '../../system/process/run.ts';
import { lack, type MachineFinding, okProgram } from './machine-finding.ts';

/** The seconds within which a program must print its version. */
const ANSWER_SECONDS = 5;
const MOST_OUTPUT = 1024 * 1024;

/** By program: the argument with which it prints its version, if this is not `--version`. */
const VERSION_WORD: Readonly<Record<string, string>> = { openssl: 'version' };

/** Looks for programs, and starts each program once, even if several tasks need it. */
export class ProgramCheck {
  readonly #answers = new Map<string, Promise<string | undefined>>();

  /**
   * Returns the finding about a program. `purpose` names the part of a task that uses it. `purpose` is unset if the
   * whole task uses the program.
   */
  async check(program: string, purpose?: string): Promise<MachineFinding> {
    const state = lack(purpose === undefined);
    const use = purpose === undefined ? '' : ` (for ${purpose})`;
    const name = packageOf(program);
    const packages = name === undefined ? {} : { packages: [name] };
    const path = findProgram(program);
    if (path === undefined) {
      const odd = oddFile(program);
      const message = odd === undefined ? 'not installed' : `${odd} is not a program`;
      return { state, subject: program, message: message + use, ...packages };
    }
    const problem = await this.answerOf(program);
    if (problem === undefined) return okProgram(program, path);
    const advice = `Look at ${path}: install it again, or take its directory out of PATH.`;
    return { state, subject: program, message: `${path} ${problem}${use}`, advice };
  }

  /** Starts a program, and returns what is wrong with it. Undefined if it starts and ends. */
  answerOf(program: string): Promise<string | undefined> {
    const known = this.#answers.get(program);
    if (known !== undefined) return known;
    const asked = askVersion(program);
    this.#answers.set(program, asked);
    return asked;
  }
}

/**
 * The number of the last signal of Linux (signal(7)). A program that is killed by the signal N has the exit status
 * 128 + N. A higher status has another cause: perl's die gives 255.
 */
const MOST_SIGNAL = 64;

async function askVersion(program: string): Promise<string | undefined> {
  try {
    const { exitStatus } = await run(program, [VERSION_WORD[program] ?? '--version'], {
      accept: ANY_STATUS,
      timeoutSeconds: ANSWER_SECONDS,
      maximumOutput: MOST_OUTPUT,
    });
    // A shell script that cannot start its program ends with 126 or 127, and ld.so with 127 if a library is missing.
    if (exitStatus === 126 || exitStatus === 127) return `ends with status ${exitStatus}`;
    const signal = exitStatus - 128;
    return signal > 0 && signal <= MOST_SIGNAL ? `is killed by signal ${signal}` : undefined;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.code === 'tool-timeout') return 'does not answer in time';
    if (error.code === 'tool-output') return 'prints without end';
    return 'cannot be started';
  }
}

/** For a program that cannot be found, returns a path in PATH that has its name, but cannot be run. */
function oddFile(program: string): string | undefined {
  return programDirectories()
    .map((directory) => join(directory, program))
    .find((path) => {
      try {
        return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
      } catch {
        // The user has no permission to search the directory.
        return false;
      }
    });
}
