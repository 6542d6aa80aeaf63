import { UsageError } from '../../errors.ts';
import { shellLine } from './shell-word.ts';
import { splitWords } from './split-words.ts';

/**
 * Returns a command (a program and its arguments, as splitWords reads them) with the path of the program changed by
 * `change`, and quotes where a word needs them. A program without a slash is not a path, because it is searched in PATH.
 * A command that splitWords refuses stays as it is; it is refused where it is run.
 */
export function withProgramPath(command: string, change: (path: string) => string): string {
  const [program = '', ...rest] = wordsOf(command);
  return program.includes('/') ? shellLine([change(program), ...rest]) : command;
}

function wordsOf(command: string): string[] {
  try {
    return splitWords(command, 'the command', '');
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}
