import { existsSync } from 'node:fs';
import { SystemError } from '../../errors.ts';
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
  const found = findProgram(program, undefined, path);
  if (found === undefined) {
    return new SystemError('tool-missing', `${program} is not installed or cannot be run`, {
      hint: installHint(program),
      cause,
    });
  }
  // The system gives the same errors for a file without execute permission, for a working directory that has gone
  // meanwhile or may not be entered, and for a script whose interpreter is missing (execve(2), chdir(2)).
  const [reason] = causeOf(cause);
  const place = cwd === undefined ? '' : ` in ${cwd}`;
  const whole = cwd === undefined ? '' : ` that nothing moves ${cwd} meanwhile, and`;
  return new SystemError('tool-not-started', `cannot run ${found}${place}: ${reason}`, {
    hint: `Check${whole} that ${found} runs.`,
    cause,
  });
}

function noDirectory(program: string, cwd: string, cause: unknown): SystemError {
  return new SystemError('tool-not-started', `cannot run ${program} in ${cwd}: no such directory`, {
    cause,
  });
}
