import { existsSync } from 'node:fs';
import { SystemError } from '../../errors.ts';
import { installHint } from './programs.ts';
import { causeOf } from './refusal.ts';

/** Returns the error for a program that could not be started: SystemError `tool-missing` or `tool-not-started`. */
export function notStarted(program: string, cause: unknown, cwd: string | undefined): SystemError {
  const code = (cause as { code?: string }).code ?? 'error';
  if (cwd !== undefined && !existsSync(cwd)) {
    return new SystemError(
      'tool-not-started',
      `cannot run ${program} in ${cwd}: no such directory`,
      {
        cause,
      },
    );
  }
  if (code !== 'ENOENT' && code !== 'EACCES') {
    const [reason, hint] = causeOf(cause);
    const why = code === 'E2BIG' ? 'its arguments are too long' : reason;
    return new SystemError('tool-not-started', `cannot run ${program}: ${why}`, { hint, cause });
  }
  return new SystemError('tool-missing', `${program} is not installed or cannot be run`, {
    hint: installHint(program),
    cause,
  });
}
