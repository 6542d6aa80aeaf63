import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { type Answer, type FileServer, serveFiles } from '../support/file-server.ts';
import { dkmsDeb, type Sandbox, sandboxTest } from '../support/sandbox.ts';
import { debianKernels, writeSmallArchive } from '../support/small-archive.ts';

const FLAVOURS = ['amd64', 'cloud-amd64', 'rt-amd64'];
const RELEASES = ['6.1.0-1', '6.12.0-1'];

const test = sandboxTest.extend<{ serve: (answer?: Answer) => Promise<FileServer> }>({
  serve: async ({ sandbox }, use) => {
    const servers: FileServer[] = [];
    const directory = join(sandbox.directory, 'archive');
    await mkdir(directory);
    await exampleDirectory('hello', sandbox.directory);
    await use(async (answer) => {
      const server = await serveFiles(directory, answer);
      servers.push(server);
      const packages = RELEASES.flatMap((version) => debianKernels(version, FLAVOURS));
      await writeSmallArchive(directory, packages, server.uri);
      return server;
    });
    for (const server of servers) await server.close();
  },
});

/** The builds fail, because the packages are empty; the downloads count. */
async function fetchAll({ directory, ...sandbox }: Sandbox): Promise<string> {
  const tree = join(directory, 'hello');
  const sources = join(directory, 'archive/small.sources');
  const args = ['bmdeb', '--sources', sources, '--all', '--store', join(directory, 'store'), tree];
  return (await dkmsDeb({ directory, ...sandbox }, args)).stderr;
}

const debsOf = (paths: readonly string[]) => paths.filter((path) => path.endsWith('.deb')).sort();

async function stored({ directory }: Sandbox): Promise<number> {
  const packages = join(directory, 'store/by-sha256');
  const begins = await readdir(packages);
  return (await Promise.all(begins.map((begin) => readdir(join(packages, begin))))).flat().length;
}

test('each package is downloaded once, also those that several kernels share', async ({
  sandbox,
  serve,
}) => {
  const { asked } = await serve();
  await fetchAll(sandbox);
  const names = RELEASES.flatMap((version) => [
    ...['common', ...FLAVOURS].map((name) => `/linux-headers-${version}-${name}.deb`),
    `/linux-kbuild-${version}.deb`,
  ]);
  expect(debsOf(asked)).toEqual(names.sort());
  const before = asked.length;
  await fetchAll(sandbox);
  expect(debsOf(asked.slice(before))).toEqual([]);
});

test('headers are fetched kernel by kernel, and kernels that share files follow each other', async ({
  sandbox,
  serve,
}) => {
  const { asked } = await serve();
  await fetchAll(sandbox);
  const versions = asked.flatMap((path) => /^\/linux-\w+-(6\.\d+)/.exec(path)?.[1] ?? []);
  expect(new Set(versions.slice(0, 5)).size).toBe(1);
});

test('a package that the archive no longer has, or has with other bytes, fails only the kernel that needs it', async ({
  sandbox,
  serve,
}) => {
  await serve((path, response) => {
    if (path === '/linux-headers-6.1.0-1-rt-amd64.deb') response.writeHead(404).end();
    else if (path === '/linux-headers-6.12.0-1-amd64.deb') response.end('<html>Sign in</html>');
    else return false;
    return true;
  });
  const stderr = await fetchAll(sandbox);
  expect(stderr).toContain('6.1.0-1-rt-amd64: cannot fetch linux-headers-6.1.0-1-rt-amd64 1.0');
  expect(stderr).toContain('6.12.0-1-amd64: cannot fetch linux-headers-6.12.0-1-amd64 1.0');
  expect(stderr.match(/cannot fetch/g)).toHaveLength(2);
  expect(await stored(sandbox)).toBe(8);
});
