import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { type AptRoot, prepareAptRoot } from '../../../src/archives/apt/apt-root.ts';
import { readAptSources } from '../../../src/archives/apt/apt-source.ts';
import { hearDownloads } from '../../../src/archives/apt/downloads.ts';
import { readMachineApt } from '../../../src/archives/apt/machine-apt.ts';
import { updateLists } from '../../../src/archives/apt/update-lists.ts';
import type { ArchivePackage } from '../../../src/archives/kernels/archive-package.ts';
import { readLists } from '../../../src/archives/kernels/read-lists.ts';
import { fetchDebs, type Offered } from '../../../src/archives/store/fetch-debs.ts';
import {
  debFile,
  type HeaderStore,
  openStore,
  sha256OfFile,
} from '../../../src/archives/store/header-store.ts';
import { unpackToolchain } from '../../../src/archives/toolchain/unpack-toolchain.ts';
import { type Advance, silentReporter } from '../../../src/report/reporter.ts';
import { formatBytes } from '../../../src/report/task-line.ts';
import { machineApt } from '../../support/apt-archive.ts';
import { answerWithFile, serve } from '../../support/http-server.ts';
import { type Archives, archiveTest as test } from '../../support/kernel-archive.ts';

const PACKAGES = `linux-headers-6.1.0-1-amd64 1:6.1.1-1 amd64 :: gcc-12
linux-headers-6.1.0-1-common 1:6.1.1-1 all`;
const LISTS = { offline: false, refresh: false };

async function rootFor(archives: Archives, uri: string): Promise<AptRoot> {
  const file = await archives.sources('own.sources', uri, ['own']);
  const { APT_CONFIG } = await machineApt(archives.directory, {
    settings: ['Acquire::Retries "0";'],
  });
  const machine = await readMachineApt(APT_CONFIG);
  const parent = join(archives.directory, 'apt');
  return prepareAptRoot(parent, await readAptSources(file), ['amd64'], machine);
}

function withUri(one: ArchivePackage): Offered {
  return { ...one, uri: `${one.index.uri}${one.fileName}` };
}

async function storedNames(store: HeaderStore): Promise<string[]> {
  return (await readdir(store.directory, { recursive: true })).filter((name) =>
    name.endsWith('.deb'),
  );
}

test('packages are fetched by their sha256, once, also with an epoch', async ({ archives }) => {
  const archive = await archives.write('Own', [{ codename: 'own', packages: PACKAGES }]);
  await using server = await serve((request, response) =>
    answerWithFile(archive, request.url ?? '', response),
  );
  const root = await rootFor(archives, server.url);
  await updateLists(root, LISTS, silentReporter);
  const packages = await readLists(root, silentReporter);
  const store = openStore(archives.store);
  const asked = () => server.requests.filter((url) => url.endsWith('.deb')).length;
  // The same package twice, and two calls at once.
  await Promise.all([
    fetchDebs(root, store, [...packages, ...packages], silentReporter),
    fetchDebs(root, store, packages, silentReporter),
  ]);
  expect(await storedNames(store)).toHaveLength(2);
  for (const { sha256 } of packages)
    expect(await sha256OfFile(debFile(store, sha256))).toBe(sha256);
  expect(asked()).toBe(2);
  await fetchDebs(root, store, packages, silentReporter);
  expect(asked()).toBe(2);
  expect((await readdir(store.directory)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('what is downloaded is told: names and bytes of lists and packages, while they come', async ({
  archives,
}) => {
  const archive = await archives.write('Own', [{ codename: 'own', packages: PACKAGES }]);
  const lines: string[] = [];
  const advances: Advance[] = [];
  await using server = await serve(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://127.0.0.1');
    const content = await readFile(join(archive, decodeURIComponent(pathname))).catch(() => null);
    if (content === null) return void response.writeHead(404).end();
    response.writeHead(200, { 'Content-Length': content.length });
    const half = content.length >> 1;
    const told = advances.length;
    response.write(content.subarray(0, half));
    // Until the first half has been told; a file that is not told does not wait for ever.
    for (let wait = 0; advances.length === told && wait < 250; wait++) await setTimeout(20);
    response.end(content.subarray(half));
  });
  const root = await rootFor(archives, server.url);
  const reporter = {
    ...silentReporter,
    progress: (message: string) => lines.push(message),
    advance: (advance: Advance) => advances.push(advance),
  };
  await updateLists(root, LISTS, reporter);
  expect(lines).toEqual(['fetching package lists of own']);
  expect(advances.map(({ item }) => item)).toContain('own/InRelease');
  expect(Math.max(...advances.map(({ done }) => done))).toBeGreaterThan(100);

  const packages = await readLists(root, silentReporter);
  const total = packages.reduce((sum, { size }) => sum + size, 0);
  advances.length = 0;
  const store = openStore(archives.store);
  const heard: (Advance | undefined)[] = [];
  await hearDownloads(
    (advance) => heard.push(advance),
    () => fetchDebs(root, store, packages.map(withUri), reporter),
  );
  expect(lines.slice(1)).toEqual([
    `downloading ${packages.map(({ name }) => name).join(', ')} (${formatBytes(total)})`,
  ]);
  for (const { name } of packages) expect(advances.map(({ item }) => item)).toContain(name);
  const between = advances.filter(({ done }) => done > 0 && done < total);
  expect(between.length).toBeGreaterThan(1);
  expect(new Set(advances.map(({ expected }) => expected))).toEqual(new Set([total]));
  expect(advances.at(-1)?.done).toBe(total);
  expect(heard).toEqual([...advances.slice(0, -1), undefined]);
});

test('if the archive lacks one package, the others are fetched, and the error names it', async ({
  archives,
}) => {
  const archive = await archives.write('Own', [{ codename: 'own', packages: PACKAGES }]);
  const root = await rootFor(archives, `file:${archive}`);
  await updateLists(root, LISTS, silentReporter);
  const packages = await readLists(root, silentReporter);
  const store = openStore(archives.store);
  const gone = {
    name: 'linux-headers-gone',
    version: '1',
    architecture: 'amd64',
    sha256: '0'.repeat(64),
  };
  await expect(fetchDebs(root, store, [gone, ...packages], silentReporter)).rejects.toMatchObject({
    code: 'not-fetched',
    message: 'cannot fetch linux-headers-gone 1',
  });
  expect(await storedNames(store)).toHaveLength(2);
});

test('a package with other bytes than its list says does not enter the store', async ({
  archives,
}) => {
  const archive = await archives.write('Own', [{ codename: 'own', packages: PACKAGES }]);
  await using server = await serve(async (request, response) => {
    if (!request.url?.includes('common'))
      return answerWithFile(archive, request.url ?? '', response);
    response.end('!<arch>\nnot the package');
  });
  const root = await rootFor(archives, server.url);
  await updateLists(root, LISTS, silentReporter);
  const packages = await readLists(root, silentReporter);
  const store = openStore(archives.store);
  await expect(fetchDebs(root, store, packages, silentReporter)).rejects.toMatchObject({
    code: 'not-fetched',
  });
  expect(await storedNames(store)).toHaveLength(1);
});

test('lists are fresh for an hour; --refresh fetches them anyway; offline needs them', async ({
  archives,
}) => {
  const archive = await archives.write('Own', [{ codename: 'own', packages: PACKAGES }]);
  await using server = await serve((request, response) =>
    answerWithFile(archive, request.url ?? '', response),
  );
  const root = await rootFor(archives, server.url);
  const offline = updateLists(root, { offline: true, refresh: false }, silentReporter);
  await expect(offline).rejects.toMatchObject({ code: 'no-lists' });
  await updateLists(root, LISTS, silentReporter);
  const first = server.requests.length;
  await updateLists(root, LISTS, silentReporter);
  await updateLists(root, { offline: true, refresh: false }, silentReporter);
  expect(server.requests).toHaveLength(first);
  await updateLists(root, { offline: false, refresh: true }, silentReporter);
  expect(server.requests.length).toBeGreaterThan(first);
});

// Bug: apt-get was said to have failed, and the source was to be checked, although apt-get had not run.
test('if another process fetches the lists for too long, it is named, and earlier lists are used', async ({
  archives,
}) => {
  const archive = await archives.write('Own', [{ codename: 'own', packages: PACKAGES }]);
  const root = await rootFor(archives, `file:${archive}`);
  const warnings: string[] = [];
  const reporter = { ...silentReporter, warn: (message: string) => warnings.push(message) };
  const update = () =>
    updateLists(root, { offline: false, refresh: true, lockSeconds: 0 }, reporter);
  const hold = async (work: () => Promise<unknown>) => {
    const holder = spawn('flock', [join(root.directory, 'lock'), 'cat']);
    holder.stdin.write('held');
    await once(holder.stdout, 'data');
    await work();
    holder.stdin.end();
    await once(holder, 'exit');
  };
  await hold(() =>
    expect(update()).rejects.toMatchObject({
      code: 'no-lists',
      message: expect.stringContaining('another process is fetching them'),
    }),
  );
  await update();
  expect(warnings).toEqual([]);
  await hold(update);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^another dkms-deb was still fetching the package lists after \d+ seconds: the lists of/,
    ),
  ]);
});

test("a damaged package of a compiler is removed and named; the compiler's directory is not made", async ({
  archives,
}) => {
  const archive = await archives.write('Own', [{ codename: 'own', packages: PACKAGES }]);
  const root = await rootFor(archives, `file:${archive}`);
  await updateLists(root, LISTS, silentReporter);
  const packages = await readLists(root, silentReporter);
  const store = openStore(archives.store);
  await fetchDebs(root, store, packages, silentReporter);
  const [one] = packages;
  const file = debFile(store, one?.sha256 ?? '');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'damaged');
  await expect(unpackToolchain(store, packages, 'amd64')).rejects.toMatchObject({
    code: 'damaged-deb',
    where: { file },
  });
  expect(await storedNames(store)).toHaveLength(1);
  expect(await readdir(join(store.directory, 'toolchain'))).toEqual([]);
  await fetchDebs(root, store, packages, silentReporter);
  const { directory } = await unpackToolchain(store, packages, 'amd64');
  expect(await readdir(directory)).toContain('usr');
});
