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

/** Programs that answer to another word than `--version`. */
const VERSION_WORD: Readonly<Record<string, string>> = { openssl: 'version' };

/** Looks for programs and starts each once. It asks about a program only once, whatever tasks need it. */
export class ProgramCheck {
  readonly #answers = new Map<string, Promise<string | undefined>>();

  /** Returns the finding about a program. `purpose` says which part of a task uses it; unset if all of it does. */
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

  /** Returns what is wrong with a program that is there; undefined if it starts and ends. */
  answerOf(program: string): Promise<string | undefined> {
    const known = this.#answers.get(program);
    if (known !== undefined) return known;
    const asked = askVersion(program);
    this.#answers.set(program, asked);
    return asked;
  }
}

async function askVersion(program: string): Promise<string | undefined> {
  try {
    const { exitStatus } = await run(program, [VERSION_WORD[program] ?? '--version'], {
      accept: ANY_STATUS,
      timeoutSeconds: ANSWER_SECONDS,
      maximumOutput: MOST_OUTPUT,
    });
    // 126 and 127 are those of a shell script that cannot start its program, 127 that of ld.so without a library.
    if (exitStatus === 126 || exitStatus === 127) return `ends with status ${exitStatus}`;
    return exitStatus > 128 ? `is killed by signal ${exitStatus - 128}` : undefined;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.code === 'tool-timeout') return 'does not answer in time';
    if (error.code === 'tool-output') return 'prints without end';
    return 'cannot be started';
  }
}

/** Returns the path of a file in PATH that has the name of a program, but cannot be one. */
function oddFile(program: string): string | undefined {
  return programDirectories()
    .map((directory) => join(directory, program))
    .find((path) => {
      try {
        return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
      } catch {
        // A directory of PATH that may not be searched.
        return false;
      }
    });
}
