import { open } from 'node:fs/promises';
import { printable } from '../../report/printable.ts';
import type { Reporter } from '../../report/reporter.ts';
import { compiledObject, isCompilerError, laterStep } from './make-log.ts';

const MILLISECONDS = 250;
/** The most bytes that are read at once, and the most bytes of a line that are kept: of a longer line, its end. */
const PIECE = 256 * 1024;

export interface MakeWatch {
  readonly logFile: string;
  /** How many objects will be compiled, if that is known. */
  readonly expected: number | undefined;
  /** Replaces temporary paths (readablePaths). */
  readonly readable: (text: string) => string;
  readonly reporter: Reporter;
}

/**
 * Reads a log while make writes it. Reports the objects that are compiled, and the first error of the compiler when it
 * happens. Returns a function that ends the reading. An error in reading the log is ignored, because only the shown
 * progress depends on the log.
 */
export function watchMake({
  logFile,
  expected,
  readable,
  reporter,
}: MakeWatch): () => Promise<void> {
  const objects = new Set<string>();
  let hasFailed = false;
  let rest = '';
  const readLine = (line: string) => {
    const object = compiledObject(line);
    const work = object ?? laterStep(line);
    if (work !== undefined) {
      if (object !== undefined) objects.add(object);
      const item = readable(work);
      reporter.advance({ done: objects.size, expected, unit: 'objects', item });
    }
    if (hasFailed || !isCompilerError(line)) return;
    hasFailed = true;
    reporter.alert(readable(line));
  };
  const read = (bytes: Buffer) => {
    const lines = (rest + bytes.toString('utf8')).split('\n');
    rest = (lines.pop() ?? '').slice(-PIECE);
    for (const line of lines) readLine(printable(line));
  };
  return followFile(logFile, read);
}

/** Passes on what is added to a file, until the returned function is called. */
function followFile(path: string, read: (bytes: Buffer) => void): () => Promise<void> {
  let ended = false;
  let wake = () => {};
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, MILLISECONDS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const follow = async () => {
    const file = await open(path);
    try {
      const buffer = Buffer.alloc(PIECE);
      while (!ended) {
        const { bytesRead } = await file.read(buffer, 0, PIECE);
        if (bytesRead > 0) read(buffer.subarray(0, bytesRead));
        if (bytesRead < PIECE) await pause();
      }
    } finally {
      await file.close();
    }
  };
  const following = follow().catch(() => {});
  return async () => {
    ended = true;
    wake();
    await following;
  };
}
