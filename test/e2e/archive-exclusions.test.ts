import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { exampleDirectory } from '../support/example.ts';
import { dkmsDeb, type Sandbox, sandboxTest as test } from '../support/sandbox.ts';
import { debianKernels, writeSmallArchive } from '../support/small-archive.ts';

/** Runs bmdeb for all kernels of an archive, with lines added to the dkms.conf of examples/hello. */
async function build(sandbox: Sandbox, lines: string, ...more: string[]) {
  const { directory } = sandbox;
  const sources = await writeSmallArchive(join(directory, 'archive'), [
    ...debianKernels('6.1.0-1', ['amd64', 'cloud-amd64']),
    ...debianKernels('6.12.0-1', ['amd64', 'cloud-amd64']),
  ]);
  const tree = await exampleDirectory('hello', directory);
  const conf = join(tree, 'dkms.conf');
  await writeFile(conf, `${await readFile(conf, 'utf8')}\n${lines}\n`);
  const args = ['bmdeb', '--json', '--sources', sources, '--all', '--arch', 'amd64', ...more];
  const result = await dkmsDeb(sandbox, [...args, '--store', join(directory, 'store'), tree]);
  const { kernels } = JSON.parse(result.stdout) as {
    kernels: {
      release: string;
      architecture: string;
      status: string;
      error: { message: string };
    }[];
  };
  const begins = await readdir(join(directory, 'store/by-sha256')).catch(() => []);
  const fetched = await Promise.all(
    begins.map((begin) => readdir(join(directory, 'store/by-sha256', begin))),
  );
  return { ...result, kernels, fetched: fetched.flat().length };
}

test('nothing is fetched for kernels that their architecture excludes; the exit status is 77', async ({
  sandbox,
}) => {
  const { exitStatus, kernels, fetched } = await build(sandbox, 'BUILD_EXCLUSIVE_ARCH="aarch64"');
  expect(kernels.map(({ architecture, status }) => `${architecture} ${status}`)).toEqual(
    Array.from({ length: 4 }, () => 'amd64 excluded'),
  );
  expect(kernels[0]?.error.message).toMatch(
    /^hello 1\.0 is not for kernel \S+: BUILD_EXCLUSIVE_ARCH="aarch64" does not match x86_64$/,
  );
  expect(exitStatus).toBe(77);
  expect(fetched).toBe(0);
});

test('of kernels that their release excludes no package is fetched, of the others all are', async ({
  sandbox,
}) => {
  const { kernels, fetched } = await build(sandbox, 'BUILD_EXCLUSIVE_KERNEL_MIN="6.12"');
  const excluded = kernels.filter(({ status }) => status === 'excluded');
  expect(excluded.map(({ release }) => release).sort()).toEqual([
    '6.1.0-1-amd64',
    '6.1.0-1-cloud-amd64',
  ]);
  // Two kernels, -common and linux-kbuild.
  expect(fetched).toBe(4);
});

test('where dkms.conf may read the headers, they are fetched before it is evaluated', async ({
  sandbox,
}) => {
  const { fetched } = await build(
    sandbox,
    'if grep -q CONFIG_X "$kernel_source_dir/.config"; then BUILD_EXCLUSIVE_ARCH="aarch64"; fi',
  );
  expect(fetched).toBe(8);
});

/** The files by which headers are recognised. */
const headersOf = (release: string) => {
  const directory = `usr/src/linux-headers-${release}`;
  return {
    [`${directory}/Makefile`]: '',
    [`${directory}/.config`]: 'CONFIG_X86_64=y\n',
    [`${directory}/include/generated/autoconf.h`]: '',
    [`${directory}/include/generated/utsrelease.h`]: `#define UTS_RELEASE "${release}"\n`,
  };
};

test('a kernel whose headers are in the store is excluded by its configuration before a compiler is fetched', async ({
  sandbox,
}) => {
  const { directory } = sandbox;
  const packages = debianKernels('6.1.0-1', ['amd64'], headersOf);
  const sources = await writeSmallArchive(join(directory, 'archive'), packages);
  const tree = await exampleDirectory('hello', directory);
  const args = ['bmdeb', '--sources', sources, '--all', '--store', join(directory, 'store'), tree];
  // The compiler of the archive cannot be installed.
  const first = await dkmsDeb(sandbox, args);
  expect(first.output).toContain('has no gcc-99');
  const conf = join(tree, 'dkms.conf');
  const text = await readFile(conf, 'utf8');
  await writeFile(conf, `${text}\nBUILD_EXCLUSIVE_CONFIG="CONFIG_NOT_SET_HERE"\n`);
  const second = await dkmsDeb(sandbox, args);
  expect(second.output).toContain('CONFIG_NOT_SET_HERE is not set in this kernel');
  expect([first.exitStatus, second.exitStatus]).toEqual([21, 77]);
});
