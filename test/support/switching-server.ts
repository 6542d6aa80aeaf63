import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A web server for a repository that changes while a client reads it. */
export interface SwitchingServer {
  readonly url: string;
  /** The directory that is served. */
  root: string;
  /** Called after each answer with InRelease, before the next request is answered. */
  afterRelease: () => Promise<void> | void;
  /** Paths that were asked for and not there. */
  readonly missing: string[];
}

/** Serves a directory on this machine while `work` runs. */
export async function withSwitchingServer<T>(
  root: string,
  work: (server: SwitchingServer) => Promise<T>,
): Promise<T> {
  const state: { root: string; afterRelease: SwitchingServer['afterRelease']; missing: string[] } =
    {
      root,
      afterRelease: () => {},
      missing: [],
    };
  let switching: Promise<void> = Promise.resolve();
  const server = createServer(async (request, response) => {
    await switching;
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    const file = join(state.root, path);
    if (!existsSync(file) || !statSync(file).isFile()) {
      state.missing.push(path);
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-length': statSync(file).size });
    if (path.endsWith('/InRelease')) {
      let done = () => {};
      switching = new Promise((resolve) => {
        done = resolve;
      });
      response.once('finish', async () => {
        await state.afterRelease();
        done();
      });
    }
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await work(Object.assign(state, { url: `http://127.0.0.1:${port}` }));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
