import { InputError } from '../errors.ts';
import type { Sink } from './live-block.ts';
import { printable } from './printable.ts';
import { TypedLines } from './typed-lines.ts';

export interface Question {
  /** The text of the question, without a colon at its end. */
  readonly text: string;
  /** The answer if the person only presses Enter. */
  readonly guess?: string;
  /** Returns why an answer is not accepted. Returns undefined if the answer is accepted. */
  problem?(answer: string): string | undefined;
}

/** Somebody who answers questions: a person at a terminal, or takeGuesses. */
export interface Questioner {
  /** Repeats the question until the answer is accepted. Throws InputError `no-answer` if standard input has ended. */
  ask(question: Question): Promise<string>;
}

/** Asks nobody, and answers each question with its guess. */
export const takeGuesses: Questioner = { ask: async ({ guess }) => guess ?? '' };

/**
 * Returns a questioner for a terminal. The terminal itself edits the lines, so Ctrl-C interrupts the program as
 * always, and Ctrl-D ends the input.
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
    hint: 'Answer the questions, or run with --yes, which takes the best guesses. Nothing was written.',
  });
}
