import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { SystemError } from '../../errors.ts';
import { shellWord } from '../text/shell-word.ts';
import { findProgram } from './find-program.ts';
import { installHint } from './programs.ts';
import { causeOf } from './refusal.ts';

/** Where a program was to be started. */
export interface StartPlace {
  /** Its working directory, if it is not that of this process. */
  readonly cwd?: string | undefined;
  /** The PATH in which it was searched, if it is not that of cleanEnvironment(). */
  readonly path?: string | undefined;
}

/** Returns the error for a program that could not be started: SystemError `tool-missing` or `tool-not-started`. */
export function notStarted(
  program: string,
  cause: unknown,
  { cwd, path }: StartPlace = {},
): SystemError {
  const code = (cause as { code?: string }).code ?? 'error';
  if (cwd !== undefined && !existsSync(cwd)) return noDirectory(program, cwd, cause);
  if (code !== 'ENOENT' && code !== 'EACCES') {
    const [reason, hint] = causeOf(cause);
    const why = code === 'E2BIG' ? 'its arguments are too long' : reason;
    return new SystemError('tool-not-started', `cannot run ${program}: ${why}`, { hint, cause });
  }
  const isPath = program.includes('/');
  const file = findProgram(isPath ? resolve(cwd ?? '.', program) : program, undefined, path);
  if (file === undefined) {
    return new SystemError('tool-missing', `${program} is not installed or cannot be run`, {
      hint: installHint(program),
      cause,
    });
  }
  const found = isPath ? program : file;
  const place = cwd === undefined ? '' : ` in ${cwd}`;
  // The system gives the same errors for a file without execute permission, for a working directory that has gone
  // meanwhile or may not be entered, and for a script whose interpreter is missing (execve(2), chdir(2)).
  const interpreter = interpreterOf(file);
  if (code === 'ENOENT' && interpreter && !existsSync(resolve(cwd ?? '.', interpreter)))
    return noInterpreter(found, place, interpreter, cause);
  const [reason] = causeOf(cause);
  const whole = cwd === undefined ? '' : ` that nothing moves ${cwd} meanwhile, and`;
  return new SystemError('tool-not-started', `cannot run ${found}${place}: ${reason}`, {
    hint: `Check${whole} that ${found} runs.`,
    cause,
  });
}

/** Returns the interpreter of a script, as execve(2) reads it; undefined for a file that is no script, or unreadable. */
function interpreterOf(file: string): string | undefined {
  try {
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(256);
      const line = bytes.toString('utf8', 0, readSync(descriptor, bytes));
      return /^#![ \t]*([^ \t\n\0]+)/.exec(line)?.[1];
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

function noInterpreter(
  script: string,
  place: string,
  interpreter: string,
  cause: unknown,
): SystemError {
  const isOfDos = interpreter.endsWith('\r');
  const name = isOfDos ? JSON.stringify(interpreter) : interpreter;
  return new SystemError(
    'tool-not-started',
    `cannot run ${script}${place}: its interpreter ${name} is missing`,
    {
      hint: isOfDos
        ? `Convert the line ends of ${script}, which are of DOS (CRLF): dos2unix ${shellWord(script)}`
        : `Install ${name}, or correct the first line of ${script}.`,
      cause,
    },
  );
}

function noDirectory(program: string, cwd: string, cause: unknown): SystemError {
  return new SystemError('tool-not-started', `cannot run ${program} in ${cwd}: no such directory`, {
    cause,
  });
}
