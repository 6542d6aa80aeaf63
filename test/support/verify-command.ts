import type { EventEmitter } from 'node:events';
import { main } from '../../src/cli.ts';

/** The exit status of a command line, and its output. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const LISTENED: readonly (readonly [EventEmitter, string])[] = [
  [process, 'SIGINT'],
  [process, 'SIGTERM'],
  [process, 'SIGHUP'],
  [process.stdout, 'error'],
  [process.stderr, 'error'],
];

/** Runs the command line in this process, as bin/dkms-deb would in its own. */
export async function callInProcess(...argv: string[]): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const originals = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].write = (text: string | Uint8Array) => {
      written[stream] += String(text);
      return true;
    };
  }
  const before = process.exitCode;
  const listening = LISTENED.map(([emitter, event]) => emitter.listeners(event));
  try {
    process.exitCode = 0;
    await main(argv);
    return { status: Number(process.exitCode ?? 0), ...written };
  } finally {
    process.exitCode = before;
    // cli.ts expects that it is called only once in a process.
    LISTENED.forEach(([emitter, event], i) => {
      for (const listener of emitter.listeners(event)) {
        if (!listening[i]?.includes(listener)) emitter.off(event, listener as () => void);
      }
    });
    for (const stream of ['stdout', 'stderr'] as const) process[stream].write = originals[stream];
  }
}
