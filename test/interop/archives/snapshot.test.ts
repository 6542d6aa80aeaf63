import { mkdir, symlink } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Answer, type FileServer, serveFiles } from '../../support/file-server.ts';
import { machineCompiler, wholeHeaders } from '../../support/fixture-headers.ts';
import {
  type Archives,
  archiveTest,
  buildHello,
  debianOfMachine,
  dryRun,
} from '../../support/kernel-archive.ts';

const RELEASE = '6.12.9+deb13-amd64';
const NAME = `linux-headers-${RELEASE}`;
const DAY = '20260102T030405Z';
const DEB = `/archive/debian/${DAY}/pool/trixie/${NAME}_6.12.9-1_amd64.deb`;

const FILES = {
  result: [
    { architecture: 'arm64', hash: 'a'.repeat(40) },
    { architecture: 'amd64', hash: 'b'.repeat(40) },
  ],
  fileinfo: {
    ['b'.repeat(40)]: [
      { archive_name: 'debian-debug', first_seen: '20250101T000000Z', name: `${NAME}.deb` },
      { archive_name: 'debian', first_seen: DAY, name: `${NAME}.deb`, path: '/pool/trixie' },
    ],
  },
};

/** The snapshot service, as snapshot.debian.org answers. */
function answerMr(path: string, response: ServerResponse): boolean {
  const known: Readonly<Record<string, unknown>> = {
    [`/mr/binary/${NAME}/`]: {
      result: [{ binary_version: '6.12.9-1' }, { binary_version: '6.12.9~rc1-1' }],
    },
    [`/mr/binary/${NAME}/6.12.9-1/binfiles`]: FILES,
  };
  if (known[path] === undefined) return false;
  response.end(JSON.stringify(known[path]));
  return true;
}

/**
 * Writes an archive as it was on DAY, with the headers of a kernel, and returns the directory to serve. With `small`
 * headers, which are enough for a dry run, everything is fetched and unpacked, too.
 */
async function datedArchive(archives: Archives, small: boolean): Promise<string> {
  await debianOfMachine(archives, 'trixie');
  const tree = join(archives.directory, 'headers');
  const utsVersion = '#1 SMP Debian 6.12.9-1';
  await wholeHeaders(tree, { release: RELEASE, utsVersion, small });
  const { name: compiler } = await machineCompiler();
  const archive = await archives.write('Dated', [
    {
      codename: 'trixie',
      packages: `${NAME} 6.12.9-1 amd64 :: ${compiler}`,
      contents: { [NAME]: tree },
      date: 'Fri, 02 Jan 2026 03:00:00 UTC',
      validUntil: 'Fri, 09 Jan 2026 03:00:00 UTC',
    },
  ]);
  const served = join(archives.directory, 'served');
  await mkdir(join(served, 'archive/debian'), { recursive: true });
  await symlink(archive, join(served, 'archive/debian', DAY));
  return served;
}

/** Serves the dated archive, which the first call writes. */
type Snapshot = (answer?: Answer, small?: boolean) => Promise<FileServer>;

const test = archiveTest.extend<{ snapshot: Snapshot }>({
  snapshot: async ({ archives }, use) => {
    const servers: FileServer[] = [];
    let served: string | undefined;
    await use(async (answer = () => false, small = true) => {
      served ??= await datedArchive(archives, small);
      const server = await serveFiles(
        served,
        async (path, response, request) =>
          (await answer(path, response, request)) || answerMr(path, response),
      );
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.close();
  },
});

const SELECTED = ['--suite', 'trixie', '-k', RELEASE];
const build = (archives: Archives, ...more: string[]) =>
  buildHello(archives, [...SELECTED, ...more]);
const prepare = (archives: Archives, ...more: string[]) => dryRun(archives, [...SELECTED, ...more]);

/** Answers the first request for each of these paths with a wish to come back later. */
function later(paths: readonly string[], status: number, headers: Record<string, string>): Answer {
  const left = new Set(paths);
  return (path, response) => {
    if (!left.delete(path)) return false;
    response.writeHead(status, headers).end('slow down');
    return true;
  };
}

test('headers that no archive has any more come from a snapshot archive, and then from the store', async ({
  archives,
  snapshot,
}) => {
  const { uri, asked } = await snapshot(undefined, false);
  const without = await build(archives);
  expect(without).toMatchObject({ exitStatus: 21, packages: {} });
  expect(asked).toEqual([]);
  const first = await build(archives, '--snapshot-archive', `${uri}/`);
  expect(first.exitStatus, first.stderr).toBe(0);
  expect(Object.keys(first.packages)).toEqual([
    expect.stringMatching(/^hello-modules-6\.12\.9\+deb13-amd64_.*\+6\.12\.9-1_amd64\.deb$/),
  ]);
  expect(asked.filter((path) => path === DEB)).toHaveLength(1);
  const before = asked.length;
  const second = await build(archives);
  expect(second.exitStatus, second.stderr).toBe(0);
  expect(second.stderr).toContain(`None of the chosen suites or sources lists ${RELEASE}`);
  expect(asked).toHaveLength(before);
});

test('requests come one after the other, and a pause that the archive asks for is kept', async ({
  archives,
  snapshot,
}) => {
  const times: { path: string; at: number; waiting: number }[] = [];
  let waiting = 0;
  const slow = later([`/mr/binary/${NAME}/`, DEB], 429, { 'retry-after': '2' });
  const { uri } = await snapshot(async (path, response, request) => {
    waiting++;
    times.push({ path, at: performance.now(), waiting });
    // A second request that does not wait for this answer comes now.
    await sleep(150);
    waiting--;
    return slow(path, response, request);
  });
  const { exitStatus, stderr } = await prepare(archives, '--snapshot-archive', uri);
  expect(exitStatus, stderr).toBe(0);
  expect(times.filter((one) => one.waiting !== 1)).toEqual([]);
  for (const wanted of [`/mr/binary/${NAME}/`, DEB]) {
    const [first, second] = times.filter(({ path }) => path === wanted);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1900);
  }
});

test('a pause of a day is not waited for', async ({ archives, snapshot }) => {
  const path = `/mr/binary/${NAME}/`;
  const { uri, asked } = await snapshot(later([path], 509, { 'retry-after': '86400' }));
  const { exitStatus, stderr } = await prepare(archives, '--snapshot-archive', uri);
  expect(exitStatus).toBe(21);
  expect(stderr).toMatch(/\/mr\/binary\/\S+ cannot be fetched/);
  expect(asked).toEqual([path]);
});

test('an archive that never had the kernel, or that answers HTML, is a clear error', async ({
  archives,
  snapshot,
}) => {
  const { uri } = await snapshot();
  const other = ['--suite', 'trixie', '-k', '6.12.8+deb13-amd64', '--snapshot-archive', uri];
  const unknown = await dryRun(archives, other);
  expect(unknown.exitStatus).toBe(21);
  expect(unknown.stderr).toContain('never had linux-headers-6.12.8+deb13-amd64 for amd64');
  const proxy = await snapshot((path, response) => {
    if (path.startsWith('/mr/')) response.end('<html>Sign in</html>');
    return path.startsWith('/mr/');
  });
  const html = await prepare(archives, '--snapshot-archive', proxy.uri);
  expect(html.exitStatus).toBe(21);
  expect(html.stderr).toContain('is not the answer of a snapshot archive');
});

test('other bytes than those of the signed, dated list are refused', async ({
  archives,
  snapshot,
}) => {
  const { uri } = await snapshot((path, response) => {
    if (path === DEB) response.end('another package');
    return path === DEB;
  });
  const { exitStatus, kernels } = await prepare(archives, '--snapshot-archive', uri);
  expect(exitStatus).toBe(21);
  expect(kernels[RELEASE]).toContain(`cannot fetch ${NAME} 6.12.9-1`);
});

test('a dated list without a valid signature is not used', async ({ archives, snapshot }) => {
  const { uri } = await snapshot((path, response) => {
    const isRelease = /\/(?:In)?Release(?:\.gpg)?$/.test(path);
    if (isRelease) response.writeHead(404).end();
    return isRelease;
  });
  const { exitStatus, stderr } = await prepare(archives, '--snapshot-archive', uri);
  expect(exitStatus).toBe(21);
  expect(stderr).toContain(`do not have the headers of ${RELEASE}`);
});
