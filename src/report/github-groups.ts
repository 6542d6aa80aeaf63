import { printable } from './printable.ts';
import type { Task } from './reporter.ts';
import { clock } from './task-line.ts';

/** The most lines of a transcript in a group: GitHub is slow to show more. */
const MOST_LINES = 2000;

/**
 * Makes text harmless for the log of GitHub Actions, which obeys lines that begin with `::`, and `##[` anywhere in a
 * line (workflow commands; actions/runner, ActionCommand.cs). A driver's compiler may write such lines.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '## [');
}

/**
 * Returns a task for the log of GitHub Actions: a line for each step, and when the task ends, the whole output of make in
 * a group that can be folded. The log of make is not there any more when somebody reads it.
 */
export function groupedTask(subject: string, line: (text: string) => void): Task {
  const begun = performance.now();
  const name = printable(subject).replaceAll('\n', ' ');
  const transcripts: string[] = [];
  return {
    step: (message) => line(withoutCommands(printable(`${name}: ${message}`))),
    briefStep() {},
    advance() {},
    alert() {},
    transcript: (text) => transcripts.push(withoutCommands(printable(text)).trimEnd()),
    end: (result) => {
      if (transcripts.length === 0) return;
      const time = clock((performance.now() - begun) / 1000);
      const lines = transcripts.join('\n').split('\n');
      line(`::group::${name}: output of make, ${result ?? 'done'} after ${time}`);
      if (lines.length > MOST_LINES) line(`[… ${lines.length - MOST_LINES} lines are left out …]`);
      line(lines.slice(-MOST_LINES).join('\n'));
      line('::endgroup::');
    },
  };
}
