import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { answerWithFile, serve } from '../../support/http-server.ts';
import {
  dryRun,
  TWO_RELEASES,
  archiveTest as test,
  twoKernels,
} from '../../support/kernel-archive.ts';

const [FIRST, SECOND] = TWO_RELEASES;
const RETRIES = 'Acquire::Retries "0";';

test('if a server goes away during a download, only that kernel fails, and the next run fetches only the rest', async ({
  archives,
}) => {
  const archive = await twoKernels(archives);
  let ill = true;
  await using server = await serve(async (request, response) => {
    if (ill && request.url?.includes(`linux-headers-${SECOND}`)) {
      response.writeHead(200, { 'Content-Length': 1_000_000 });
      response.write('!<arch>\n', () => response.destroy());
      return;
    }
    await answerWithFile(archive, request.url ?? '', response);
  });
  await archives.machine({ settings: [RETRIES] });
  const source = await archives.sources('two.sources', server.url, ['two']);
  const args = ['--sources', source, '--all'];
  const broken = await dryRun(archives, args);
  expect(broken.kernels).toEqual({
    [FIRST]: 'built',
    [SECOND]: `not-fetched: cannot fetch linux-headers-${SECOND} 6.9.1-1`,
  });
  expect(broken.exitStatus).toBe(21);

  ill = false;
  const before = server.requests.length;
  const whole = await dryRun(archives, args);
  expect(whole.kernels).toEqual({ [FIRST]: 'built', [SECOND]: 'built' });
  const fetched = server.requests.slice(before).filter((url) => url.includes('linux-headers-'));
  expect(fetched).toEqual([expect.stringContaining(`linux-headers-${SECOND}`)]);
});

test('without the server, kernels in the store are built with the lists of an earlier run, and a message says so', async ({
  archives,
}) => {
  const archive = await twoKernels(archives);
  const server = await serve((request, response) =>
    answerWithFile(archive, request.url ?? '', response),
  );
  await archives.machine({ settings: [RETRIES] });
  const source = await archives.sources('two.sources', server.url, ['two']);
  try {
    const first = await dryRun(archives, ['--sources', source, '-k', FIRST]);
    expect(first.kernels).toEqual({ [FIRST]: 'built' });
  } finally {
    await server[Symbol.asyncDispose]();
  }
  const later = await dryRun(archives, ['--sources', source, '--all', '--refresh']);
  expect(later.kernels).toEqual({
    [FIRST]: 'built',
    [SECOND]: `not-fetched: cannot fetch linux-headers-${SECOND} 6.9.1-1`,
  });
  expect(later.stderr).toMatch(/warning: .*Connection refused/);
});

test('a page of HTML instead of a package never enters the store', async ({ archives }) => {
  const archive = await twoKernels(archives);
  await using server = await serve(async (request, response) => {
    if (request.url?.includes(`linux-headers-${SECOND}`)) {
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end('<html>Please log in.</html>');
      return;
    }
    await answerWithFile(archive, request.url ?? '', response);
  });
  await archives.machine({ settings: [RETRIES] });
  const source = await archives.sources('two.sources', server.url, ['two']);
  const { kernels } = await dryRun(archives, ['--sources', source, '--all']);
  expect(kernels).toEqual({
    [FIRST]: 'built',
    [SECOND]: `not-fetched: cannot fetch linux-headers-${SECOND} 6.9.1-1`,
  });
  expect((await archives.kernels(['--offline'])).map(({ release }) => release)).toEqual([FIRST]);
});

test.for([
  ['Acquire::http::Proxy of the machine', true],
  ['http_proxy of the environment', false],
] as const)('%s is used for lists and packages', async ([, isSetting], { archives }) => {
  const archive = await twoKernels(archives);
  await using proxy = await serve((request, response) =>
    answerWithFile(archive, request.url ?? '', response),
  );
  await archives.machine({
    settings: [RETRIES, ...(isSetting ? [`Acquire::http::Proxy "${proxy.url}";`] : [])],
  });
  const source = await archives.sources('two.sources', 'http://archive.invalid', ['two']);
  const env = isSetting ? {} : { http_proxy: proxy.url };
  const { kernels } = await dryRun(archives, ['--sources', source, '-k', FIRST], { env });
  expect(kernels).toEqual({ [FIRST]: 'built' });
  expect(proxy.requests.every((url) => url.startsWith('http://archive.invalid/'))).toBe(true);
  expect(proxy.requests.some((url) => url.includes(`linux-headers-${FIRST}`))).toBe(true);
});

test('passwords of auth.conf.d are used', async ({ archives }) => {
  const archive = await twoKernels(archives);
  await using server = await serve(async (request, response) => {
    const expected = `Basic ${Buffer.from('erika:secret').toString('base64')}`;
    if (request.headers.authorization !== expected) {
      response.writeHead(401).end();
      return;
    }
    await answerWithFile(archive, request.url ?? '', response);
  });
  await archives.machine({ settings: [RETRIES] });
  const source = await archives.sources('two.sources', server.url, ['two']);
  const args = ['kernels', '--sources', source];
  const without = await archives.dkmsDeb(args);
  expect(without.exitStatus).toBe(21);
  expect(without.stderr).toContain('401');
  const parts = join(archives.directory, 'etc-apt/auth.conf.d');
  await mkdir(parts, { recursive: true });
  const text = `machine ${server.url} login erika password secret\n`;
  await writeFile(join(parts, 'own.conf'), text, { mode: 0o600 });
  expect((await archives.dkmsDeb(args)).exitStatus).toBe(0);
});
