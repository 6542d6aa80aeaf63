import { InputError } from '../errors.ts';
import type { Sink } from './live-block.ts';
import { printable } from './printable.ts';
import { TypedLines } from './typed-lines.ts';

export interface Question {
  /** What is asked, without a colon at its end. */
  readonly text: string;
  /** The answer if nothing but Enter is pressed. */
  readonly guess?: string;
  /** Returns what is wrong with an answer; undefined if it is accepted. */
  problem?(answer: string): string | undefined;
}

/** Answers questions: a person at a terminal, or nobody. */
export interface Questioner {
  /** Asks until the answer is accepted. Throws InputError `no-answer` if standard input has ended. */
  ask(question: Question): Promise<string>;
}

/** Takes each guess without asking. */
export const takeGuesses: Questioner = { ask: async ({ guess }) => guess ?? '' };

/**
 * Returns a questioner for a terminal. The terminal edits the lines itself, so that Ctrl-C is an interrupt as at any
 * other time, and Ctrl-D ends the input.
 */
export function terminalQuestioner(input: NodeJS.ReadableStream, output: Sink): Questioner {
  const lines = new TypedLines(input);
  return {
    async ask({ text, guess, problem }) {
      for (;;) {
        output.write(printable(guess ? `${text} [${guess}]: ` : `${text}: `));
        const line = await lines.next();
        if (line === undefined) throw noAnswer();
        const said = line.trim();
        const answer = said === '' ? (guess ?? '') : said;
        const wrong = problem?.(answer);
        if (wrong === undefined) return answer;
        output.write(printable(`  ${wrong}\n`));
      }
    },
  };
}

function noAnswer(): InputError {
  return new InputError('no-answer', 'a question was not answered: standard input has ended', {
    hint: 'Nothing was written. Answer it, or let --yes take the guesses.',
  });
}
