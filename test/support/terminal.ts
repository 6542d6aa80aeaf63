import { spawn } from 'node:child_process';
import { shellWord } from '../../src/system/text/shell-word.ts';

/** What is waited for on the terminal, and what is typed then. */
export type Turn = readonly [shown: RegExp, typed: string];

/**
 * Runs a command on a terminal of its own (script(1) makes a pseudo-terminal), and types each answer when its question
 * is shown. Returns the exit status and all that was shown. Fails if a question is not shown within a minute.
 */
export function converse(
  words: readonly string[],
  turns: readonly Turn[],
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): Promise<{ exitStatus: number | null; shown: string }> {
  const command = words.map(shellWord).join(' ');
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd,
    env: { TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const left = [...turns];
  let shown = '';
  let unread = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`not shown: ${left[0]?.[0] ?? 'the end'}\n${shown}`));
    }, 60_000);
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk;
      unread += chunk;
      const [turn] = left;
      if (turn === undefined || !turn[0].test(unread)) return;
      left.shift();
      unread = '';
      child.stdin.write(turn[1]);
    });
    child.once('error', reject);
    child.once('close', (exitStatus) => {
      clearTimeout(timer);
      if (left.length > 0) reject(new Error(`not shown: ${left[0]?.[0]}\n${shown}`));
      else resolve({ exitStatus, shown: shown.replaceAll('\r\n', '\n') });
    });
  });
}
