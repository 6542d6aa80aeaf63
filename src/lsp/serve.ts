import type { Readable, Writable } from 'node:stream';
import { createConnection, ErrorCodes, type Message } from 'vscode-languageserver';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import { EXIT } from '../errors.ts';
import { isRunning } from '../system/process/is-running.ts';
import { offerFeatures, type ServerOptions } from './features.ts';

/** How often the server checks that its editor still runs, in milliseconds. */
const PARENT_INTERVAL = 3000;

/**
 * Serves one editor with the Language Server Protocol 3.17 on two streams. Ends when the editor sends `exit` or closes
 * a stream, or when the process of the editor has ended. Returns the exit status: 0 if the editor sent `shutdown`
 * before, else 1, as the protocol demands.
 */
export function serve(input: Readable, output: Writable, options: ServerOptions): Promise<number> {
  return new Promise((resolve) => {
    const reader = new StreamMessageReader(input);
    // This turns off the timer of the reader for incomplete messages. If an editor died within a message, this timer
    // would keep the process from ending.
    reader.partialMessageTimeout = 0;
    const writer = new StreamMessageWriter(output);
    let parent: NodeJS.Timeout | undefined;
    let ended = false;
    const end = (status: number) => {
      if (ended) return;
      ended = true;
      clearInterval(parent);
      session.end();
      resolve(status);
    };
    let initialized = false;
    const watchDog = {
      shutdownReceived: false,
      initialize: ({ processId }: { processId?: unknown }) => {
        initialized = true;
        // The protocol demands that processId is a number or null, but some editors leave processId out.
        if (typeof processId !== 'number' || parent !== undefined) return;
        parent = setInterval(() => {
          if (!isRunning(processId)) lost();
        }, PARENT_INTERVAL);
        parent.unref();
      },
      exit: end,
    };
    const lost = () => end(watchDog.shutdownReceived ? 0 : EXIT.failed);
    const connection = createConnection(
      (logger) =>
        createProtocolConnection(reader, writer, logger, {
          messageStrategy: {
            handleMessage(message, next) {
              const { shutdownReceived } = watchDog;
              const verdict = judge(message as unknown, { initialized, shutdownReceived });
              if (verdict === 'take') next(message);
              else if (verdict !== 'drop') writer.write(verdict).catch(lost);
            },
          },
        }),
      watchDog,
    );
    const session = offerFeatures(connection, options);
    input.on('end', lost);
    input.on('close', lost);
    output.on('close', lost);
    output.on('error', lost);
    connection.listen();
  });
}

/**
 * Decides what is done with a message: `take` means that it is handled, `drop` that it is ignored; otherwise the
 * result is the answer, which is an error. Before `initialize` and after `shutdown`, requests are errors, and
 * notifications except `exit` are ignored (Language Server Protocol, Lifecycle Messages).
 */
function judge(
  message: unknown,
  { initialized, shutdownReceived }: { initialized: boolean; shutdownReceived: boolean },
): 'take' | 'drop' | Message {
  if (typeof message !== 'object' || message === null) return 'drop';
  const { id, method } = message as { id?: unknown; method?: unknown };
  // A message without a method is an answer to a request of the server.
  if (typeof method !== 'string') return initialized ? 'take' : 'drop';
  const inTime = shutdownReceived ? false : initialized || method === 'initialize';
  if (inTime || method === 'exit') return 'take';
  if (id === undefined) return 'drop';
  const error = shutdownReceived
    ? { code: ErrorCodes.InvalidRequest, message: 'the server was shut down' }
    : { code: ErrorCodes.ServerNotInitialized, message: 'the first request must be initialize' };
  return { jsonrpc: '2.0', id, error } as Message;
}
