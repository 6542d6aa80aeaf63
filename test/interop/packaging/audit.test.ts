import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { askRegistry } from '../../../packaging/ask-registry.ts';
import { ANY_STATUS, run } from '../../../src/system/process/run.ts';
import { PROJECT } from '../../support/project.ts';

const close: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const each of close.splice(0)) each();
});

type Asked = Readonly<Record<string, readonly string[]>>;

/** A registry that npm then uses, with `answer` for what is asked about packages and their versions. */
async function registry(answer: (asked: Asked, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(404).end('{}');
      const body = Buffer.concat(chunks);
      const zipped = request.headers['content-encoding'] === 'gzip';
      answer(JSON.parse((zipped ? gunzipSync(body) : body).toString()), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  vi.stubEnv('npm_config_registry', url);
  return url;
}

/** A registry that has an advisory, of this severity, about all versions of these packages. */
function knows(severities: Readonly<Record<string, string>>): Promise<string> {
  return registry((asked, response) => {
    const about = Object.entries(severities).filter(([name]) => asked[name] !== undefined);
    const advisories = about.map(([name, severity]) => {
      const url = `https://example.org/${name}`;
      const cvss = { score: 5, vectorString: null };
      return [
        name,
        [{ id: 1, url, title: 'Bad', severity, vulnerable_versions: '*', cwe: [], cvss }],
      ];
    });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(Object.fromEntries(advisories)));
  });
}

/** `npm run audit`, as CI has it. */
async function audit(...args: string[]) {
  const env = { npm_config_registry: process.env.npm_config_registry ?? '' };
  const words = ['run', '--silent', 'audit', '--', ...args];
  return run('npm', words, { cwd: PROJECT, env, accept: ANY_STATUS });
}

test('an advisory about the bundle is a failure; others are only reported', async () => {
  await knows({ lodash: 'high', handlebars: 'high', vite: 'critical', which: 'low' });
  const { exitStatus, output } = await audit();
  expect(output).toMatch(
    /^audit: error: handlebars \(node_modules\/handlebars\): high: Bad https/m,
  );
  expect(output).toMatch(/^audit: note: vite .*\(not in the bundle\)$/m);
  expect(output).toMatch(/^audit: note: which .*less than moderate\)$/m);
  expect(exitStatus).toBe(1);
});

test('without an advisory about the bundle it says so', async () => {
  await knows({ lodash: 'high' });
  const { exitStatus, output } = await audit('--required');
  expect(output).toMatch(/^audit: the \d+ packages in the bundle have no known vulnerability/m);
  expect(exitStatus).toBe(0);
});

test('a registry without the endpoint is a clear warning, and a failure only with --required', async () => {
  await registry((_, response) => response.writeHead(405).end());
  const plain = await audit();
  expect(plain.output).toMatch(/^audit: =+ NOT CHECKED .*=$/m);
  expect(plain.output).toMatch(/^audit: 405 Method Not Allowed/m);
  expect(plain.exitStatus).toBe(0);
  expect((await audit('--required')).exitStatus).toBe(1);
});

test('the answer {} to all questions counts as not checked', async () => {
  await knows({});
  expect(await askRegistry(PROJECT)).toEqual({
    notChecked: expect.stringMatching(/no advisory about lodash/),
  });
});

test('a registry that never answers ends the audit after a time limit', async () => {
  await registry(() => undefined);
  const start = performance.now();
  expect(await askRegistry(PROJECT, 4)).toEqual({
    notChecked: 'npm did not finish within 4 s',
  });
  expect(performance.now() - start).toBeLessThan(15_000);
});

test('without a registry nothing counts as checked', async () => {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/');
  expect(await askRegistry(PROJECT)).toEqual({
    notChecked: expect.stringMatching(/ECONNREFUSED/),
  });
});
