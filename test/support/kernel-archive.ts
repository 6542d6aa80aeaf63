import { copyFile, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base } from 'vitest';
import type { Offered } from '../../src/archives/store/fetch-debs.ts';
import { withTemporaryDirectory } from '../../src/system/process/cleanup.ts';
import { type RunResult, run } from '../../src/system/process/run.ts';
import {
  type ArchiveKey,
  type ArchiveSuite,
  deb822Source,
  listSource,
  machineApt,
  makeArchiveKey,
  releaseArchiveKey,
  writeArchiveSuite,
} from './apt-archive.ts';
import { driverTree } from './driver.ts';
import { installedVersion, machineCompiler, wholeHeaders } from './fixture-headers.ts';
import { fixturePackages, writeFixtureDebs } from './kernel-packages.ts';
import { cached } from './project.ts';
import { type CallOptions, dkmsDeb, makeSandbox, type Sandbox } from './sandbox.ts';

/** Suites of a test's archive, with their packages as fixturePackages reads them. */
export interface FixtureSuite extends Partial<Omit<ArchiveSuite, 'packages'>> {
  readonly codename: string;
  readonly packages: string;
  /** The trees of those packages that have files. */
  readonly contents?: Readonly<Record<string, string>>;
  /** Whether the Release file is signed. Default: yes. */
  readonly signed?: boolean;
}

/** A place for archives, with a key, and the command that reads them. */
export interface Archives extends Sandbox {
  readonly key: ArchiveKey;
  /** The store of the command, unless its arguments name another. */
  readonly store: string;
  /** Writes an archive, and returns its directory. */
  write(name: string, suites: readonly FixtureSuite[]): Promise<string>;
  /** Writes a .sources file for suites of an archive, or a .list file if its name ends so. Returns its path. */
  sources(
    name: string,
    uri: string,
    suites: readonly string[],
    more?: readonly string[],
  ): Promise<string>;
  /** Writes a file beside the archives. Returns its path. */
  file(name: string, text: string): Promise<string>;
  /** Sets the sources and settings of the machine's apt; without a call it has none. */
  machine(choice: { sources?: string; settings?: readonly string[] }): Promise<void>;
  /** Runs the command. */
  dkmsDeb(args: readonly string[], options?: CallOptions): Promise<RunResult>;
  /** Runs `kernels --json` and returns its kernels. Fails if the command does. */
  kernels(args: readonly string[]): Promise<ListedKernel[]>;
}

/** A kernel in the document of `kernels --json`, as far as tests look at it. */
export interface ListedKernel {
  readonly release: string | null;
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly flavour: string;
  readonly metapackages: readonly string[];
  readonly compiler: string | null;
  readonly codename: string;
  readonly suites: readonly string[];
  readonly lists: readonly { readonly suite: string; readonly inReleaseSha256: string | null }[];
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly size: number;
  readonly stored: boolean;
  readonly missing: readonly string[];
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
    readonly size: number;
    readonly sha256: string;
  }[];
}

async function makeArchives(directory: string): Promise<Archives> {
  const sandbox = await makeSandbox(directory);
  const key = await makeArchiveKey(directory);
  let configuration = await machineApt(directory);
  const own: Archives = {
    ...sandbox,
    key,
    store: join(directory, 'store'),
    async write(name, suites) {
      const archive = join(directory, name);
      for (const { packages, contents, signed = true, ...suite } of suites) {
        const debs = join(directory, `${name}-debs`, suite.codename);
        const files = await writeFixtureDebs(debs, fixturePackages(packages), contents);
        const choice = { origin: name, architectures: ['amd64'], ...suite, packages: files };
        await writeArchiveSuite(archive, choice, signed ? key : undefined);
      }
      return archive;
    },
    async sources(name, uri, suites, more) {
      const file = join(directory, name);
      const source = { uri, suites, signedBy: key.publicFile, ...(more && { more }) };
      await writeFile(file, name.endsWith('.list') ? listSource(source) : deb822Source(source));
      return file;
    },
    async file(name, text) {
      await writeFile(join(directory, name), text);
      return join(directory, name);
    },
    async machine(choice) {
      configuration = await machineApt(directory, choice);
    },
    dkmsDeb: (args, options = {}) =>
      dkmsDeb(sandbox, [...args, ...(args.includes('--store') ? [] : ['--store', own.store])], {
        ...options,
        env: { ...configuration, ...options.env },
      }),
    async kernels(args) {
      const { stdout, exitStatus, output } = await own.dkmsDeb(['kernels', '--json', ...args]);
      if (exitStatus !== 0) throw new Error(`kernels ended with status ${exitStatus}:\n${output}`);
      return (JSON.parse(stdout) as { kernels: ListedKernel[] }).kernels;
    },
  };
  return own;
}

/** vitest's test with a place for archives. */
export const archiveTest = base.extend<{ archives: Archives }>({
  archives: async ({ task: _ }, use) => {
    await withTemporaryDirectory('a', async (directory) => {
      const archives = await makeArchives(directory);
      try {
        await use(archives);
      } finally {
        await releaseArchiveKey(archives.key);
      }
    });
  },
});

/**
 * Packages under the names of the machine's compiler and its tools, in the installed versions: dkms-deb then uses the
 * installed ones. They have no files.
 */
export async function compilerPackages(): Promise<string> {
  const { name, version } = await machineCompiler();
  const lines = [`${name} ${version} amd64`];
  for (const one of ['binutils', 'pahole'])
    lines.push(`${one} ${await installedVersion(one)} amd64`);
  return lines.join('\n');
}

/**
 * Copies the .debs of a compiler that the set-up has fetched into the directory of the test, under the names by which
 * apt-ftparchive knows their architecture. `name` is that of the file in toolchains/. Returns their paths.
 */
export async function storedToolchain(archives: Archives, name: string): Promise<string[]> {
  const text = await readFile(cached(`kernel-store/toolchains/${name}.json`), 'utf8');
  const { packages } = JSON.parse(text) as { packages: readonly Offered[] };
  const directory = await mkdtemp(join(archives.directory, 'toolchain-'));
  return Promise.all(
    packages.map(async ({ name: own, version, architecture, sha256 }) => {
      const file = `${own}_${version.replace(':', '%3a')}_${architecture}.deb`;
      const stored = cached(`kernel-store/by-sha256/${sha256.slice(0, 2)}/${sha256}.deb`);
      await copyFile(stored, join(directory, file));
      return join(directory, file);
    }),
  );
}

/** What bmdeb made of examples/hello. */
export interface HelloPackages {
  readonly exitStatus: number;
  readonly stderr: string;
  /** The control fields of the packages, by file name. */
  readonly packages: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Builds examples/hello with these options of bmdeb. */
export async function buildHello(
  archives: Archives,
  args: readonly string[],
): Promise<HelloPackages> {
  const tree = await driverTree('hello', await mkdtemp(join(archives.directory, 'hello-')));
  const out = await mkdtemp(join(archives.directory, 'out-'));
  const all = ['bmdeb', '--no-cache', '-o', out, ...args, tree];
  const { exitStatus, stderr } = await archives.dkmsDeb(all);
  const names = (await readdir(out)).filter((name) => name.endsWith('.deb')).sort();
  const packages: Record<string, Record<string, string>> = {};
  for (const name of names) {
    const { stdout } = await run('dpkg-deb', ['-f', join(out, name)]);
    const fields = [...stdout.matchAll(/^([\w-]+): (.*)$/gm)];
    packages[name] = Object.fromEntries(fields.map(([, field = '', value = '']) => [field, value]));
  }
  return { exitStatus, stderr, packages };
}

/** Makes an archive of Debian with the machine's compiler in one suite the only source of the machine's apt. */
export async function debianOfMachine(archives: Archives, codename: string): Promise<void> {
  const packages = await compilerPackages();
  const archive = await archives.write('Debian', [{ codename, packages }]);
  const signedBy = archives.key.publicFile;
  await archives.machine({
    sources: deb822Source({ uri: `file:${archive}`, suites: [codename], signedBy }),
  });
}

/** Two kernels of one archive, each with small headers and one package: NAMES in the suite `two`. */
export async function twoKernels(archives: Archives): Promise<string> {
  const contents: Record<string, string> = {};
  const lines: string[] = [];
  for (const [at, release] of TWO_RELEASES.entries()) {
    const tree = join(archives.directory, `tree-${at}`);
    await wholeHeaders(tree, { release, utsVersion: '#1 SMP', small: true });
    contents[`linux-headers-${release}`] = tree;
    lines.push(`linux-headers-${release} 6.9.${at}-1 amd64`);
  }
  const packages = [...lines, await compilerPackages()].join('\n');
  return archives.write('Two', [{ codename: 'two', contents, packages }]);
}

/** The releases of twoKernels. */
export const TWO_RELEASES = ['6.9.0-first', '6.9.1-second'] as const;

/** What `bmdeb --dry-run` says about each kernel: its status, or the code and the message of its error. */
export async function dryRun(
  archives: Archives,
  args: readonly string[],
  options: CallOptions = {},
): Promise<{ exitStatus: number; stderr: string; kernels: Record<string, string> }> {
  const tree = await driverTree('hello', await mkdtemp(join(archives.directory, 'hello-')));
  const all = ['bmdeb', '--dry-run', '--json', ...args, tree];
  const { exitStatus, stderr, stdout } = await archives.dkmsDeb(all, options);
  const { kernels = [] } = JSON.parse(stdout || '{}') as {
    kernels?: { release: string; status: string; error?: { code: string; message: string } }[];
  };
  const told = kernels.map(({ release, status, error }) => [
    release,
    error === undefined ? status : `${error.code}: ${error.message}`,
  ]);
  return { exitStatus, stderr, kernels: Object.fromEntries(told) };
}
