import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { serve } from '../../src/lsp/serve.ts';

afterEach(() => vi.useRealTimers());

/** Starts a server for an editor with these parameters of `initialize`; returns its status once it has ended. */
async function initialized(params: object) {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const input = new PassThrough();
  const output = new PassThrough();
  const found: { status?: number } = {};
  const ended = serve(input, output, { evaluate: false }).then((status) => {
    found.status = status;
  });
  const message = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { capabilities: {}, ...params },
  });
  input.write(`Content-Length: ${message.length}\r\n\r\n${message}`);
  await once(output, 'data');
  await vi.advanceTimersByTimeAsync(10_000);
  return { input, found, ended };
}

test('a server ends with its editor', async () => {
  // Linux gives no pid above 4194304.
  const { ended, found } = await initialized({ processId: 4_194_305 });
  await ended;
  expect(found.status).toBe(1);
});

test.each([{}, { processId: null }, { processId: 'x' }, { processId: process.pid }])(
  'bug: a server ended after three seconds for %j',
  async (params) => {
    const { input, found, ended } = await initialized(params);
    expect(found.status).toBeUndefined();
    input.end();
    await ended;
  },
);
