import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A server on 127.0.0.1. It ends with the block that holds it (await using). */
export interface TestServer extends AsyncDisposable {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** The URLs that were asked for, in order. */
  readonly requests: readonly string[];
}

export async function serve(answer: Answer): Promise<TestServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    Promise.resolve(answer(request, response)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Answers with a file of a directory, or with 404. `path` may be a whole URL, as proxies get it. */
export async function answerWithFile(
  directory: string,
  path: string,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(path, 'http://127.0.0.1');
  const file = join(directory, normalize(decodeURIComponent(pathname)));
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'Content-Length': found.size });
  await pipeline(createReadStream(file), response);
}
