import { printable } from './printable.ts';
import type { Task } from './reporter.ts';
import { clock } from './task-line.ts';

/** The most lines of make's output in one group. GitHub needs a long time to show more lines. */
const MOST_LINES = 2000;

/**
 * Changes commands in a text, so that GitHub Actions shows them and does not obey them: lines that begin with `::`,
 * and `##[` anywhere in a line (workflow commands; actions/runner, ActionCommand.cs). A driver's compiler may print
 * such lines.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '## [');
}

/**
 * Returns a task for the log of GitHub Actions. Each step is a line. When the task ends, the output of make (its last
 * MOST_LINES lines) follows in a group, which readers can open and close. The log file of make no longer exists when
 * somebody reads this log.
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
