import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { AptRoot } from '../../archives/apt/apt-root.ts';
import { headersPart, toolchainPart } from '../../archives/kernel-key.ts';
import type { StoredKernel } from '../../archives/kernels/archive-kernel.ts';
import { fetchDebs, type Offered } from '../../archives/store/fetch-debs.ts';
import { isWhole } from '../../archives/store/header-store.ts';
import { unpackHeaders } from '../../archives/store/unpack-headers.ts';
import { compilerOfConfig } from '../../archives/toolchain/compiler-of-config.ts';
import { hostHas, hostLibc } from '../../archives/toolchain/host-tools.ts';
import { knownToolchain, recordToolchain } from '../../archives/toolchain/known-toolchains.ts';
import { toolchainPackages } from '../../archives/toolchain/toolchain-packages.ts';
import { type ToolchainRoot, unpackToolchain } from '../../archives/toolchain/unpack-toolchain.ts';
import { wrapKbuild, wrapToolchain } from '../../archives/toolchain/wrap-programs.ts';
import { compareVersions } from '../../debian/version.ts';
import { KernelError } from '../../errors.ts';
import { gnuTypeOf } from '../../kernel/architecture.ts';
import type { KernelHeaders, KernelTools } from '../../kernel/headers.ts';
import type { HeadersCheck } from '../../kernel/remote-kernel.ts';
import type { Reporter } from '../../report/reporter.ts';
import { sha256 } from '../../system/files/sha256.ts';
import type { OpenArchives } from './open-archives.ts';

/** Fetches and unpacks the headers of kernels, and the compiler for each kernel. */
export interface HeadersOfArchives {
  /**
   * Begins to fetch the packages of the kernels in `queue`. These are in the order in which prepare() will be
   * called, so that later packages are fetched while modules for earlier kernels are compiled.
   */
  start(queue: readonly StoredKernel[]): void;
  /**
   * Returns the unpacked headers of one kernel. A KernelError concerns only this kernel; others can still be
   * prepared. If the headers are in the store, `check` is called before a compiler is fetched.
   */
  prepare(kernel: StoredKernel, check?: HeadersCheck): Promise<KernelHeaders>;
}

/**
 * Returns functions that get the headers of kernels. `scratch` is a directory of this run: it gets the scripts that
 * start fetched programs.
 */
export function headersOfArchives(
  archives: OpenArchives,
  scratch: string,
  reporter: Reporter,
): HeadersOfArchives {
  const fetches = new Map<StoredKernel, Promise<void>>();
  const toolchains = new Map<string, Promise<Toolchain>>();
  const wrapped = new Map<string, Promise<string>>();
  const toolchainOf = (kernel: StoredKernel, compiler: string) => {
    const key = `${kernel.base} ${compiler} ${kernel.architecture}`;
    let found = toolchains.get(key);
    if (found === undefined) {
      found = prepareToolchain(archives, kernel, compiler, join(scratch, sha256(key).slice(0, 12)));
      found.catch(() => {});
      toolchains.set(key, found);
    }
    return found;
  };
  return {
    start(queue) {
      for (const [kernel, fetching] of fetchInOrder(archives, queue)) fetches.set(kernel, fetching);
    },
    async prepare(kernel, check) {
      const isStored = isWhole(archives.store, kernel);
      // A compiler that the package relations name is fetched at the same time as the headers.
      if (!isStored && kernel.compiler !== undefined) toolchainOf(kernel, kernel.compiler);
      refuseIncomplete(kernel);
      await fetches.get(kernel);
      const headers = await unpackHeaders(archives.store, kernel);
      if (isStored) await check?.(headers);
      const said = compilerOfConfig(headers.config);
      const compiler = kernel.compiler ?? said;
      if (compiler === undefined) {
        throw new KernelError(
          'no-toolchain',
          `the compiler of kernel ${headers.release} is unknown`,
          {
            hint: 'Install the headers and their compiler, and build with --headers DIR.',
          },
        );
      }
      if (said !== undefined && said !== compiler) {
        reporter.warn(
          `kernel ${headers.release} was compiled with ${said}, but its headers package depends on ${compiler}`,
          `Test the modules: they are compiled with ${compiler}.`,
        );
      }
      const toolchain = await toolchainOf(kernel, compiler);
      const tools = await toolsFor(headers, kernel, toolchain, wrapped, scratch);
      const { packages } = kernel.compiler === undefined ? {} : toolchain;
      const archive = { headers: headersPart(kernel), toolchain: toolchainPart(packages) };
      return { ...headers, flavour: kernel.flavour, archive, ...(tools && { tools }) };
    },
  };
}

/** The compiler for a kernel. `root` is undefined if the machine's own compiler is used. */
interface Toolchain {
  readonly path: string | undefined;
  readonly root: ToolchainRoot | undefined;
  readonly packages: readonly Offered[];
  /**
   * Returns an unpacked compiler, and unpacks one if there is none yet: its dynamic loader is needed to start the
   * programs of kbuild.
   */
  readonly loader: () => Promise<ToolchainRoot>;
}

async function prepareToolchain(
  { store, compilerRoot, host }: OpenArchives,
  { base, architecture: target }: StoredKernel,
  compiler: string,
  directory: string,
): Promise<Toolchain> {
  const wish = { compiler, target, host };
  const root = await compilerRoot(base);
  const packages = await offeredToolchain(root, base, wish);
  const unpack = async () => {
    if (root !== undefined) await fetchDebs(root, store, packages);
    return unpackToolchain(store, packages, host);
  };
  if (await hostHas(wish, packages)) {
    return { path: undefined, root: undefined, packages, loader: unpack };
  }
  const unpacked = await unpack();
  await wrapToolchain(unpacked, `${gnuTypeOf(host)}-`, join(directory, 'bin'));
  return { path: join(directory, 'bin'), root: unpacked, packages, loader: async () => unpacked };

  async function offeredToolchain(
    apt: AptRoot | undefined,
    codename: string,
    wanted: typeof wish,
  ): Promise<readonly Offered[]> {
    const known = await knownToolchain(store, codename, wanted, apt);
    if (known !== undefined) return known;
    if (apt === undefined) {
      throw new KernelError(
        'no-toolchain',
        `the store has no ${compiler} for ${target} from ${codename}`,
        {
          hint: 'Run once without --offline.',
        },
      );
    }
    const offered = await toolchainPackages(apt, wanted);
    await recordToolchain(store, codename, wanted, apt, offered);
    return offered;
  }
}

/**
 * Returns the directories with the programs that a build for this kernel needs: a compiler for PATH and programs of
 * kbuild. Returns undefined if the programs of the machine and of the headers can be used.
 */
async function toolsFor(
  headers: KernelHeaders,
  { libc }: StoredKernel,
  { path, root, loader }: Toolchain,
  wrapped: Map<string, Promise<string>>,
  scratch: string,
): Promise<KernelTools | undefined> {
  const own = await hostLibc();
  const isNewer = libc !== undefined && compareVersions(libc, own) > 0;
  if (path === undefined && !isNewer) return undefined;
  let kbuild: string | undefined;
  if (isNewer) {
    const found = await kbuildOf(headers);
    const key = `${found}`;
    let copy = wrapped.get(key);
    if (copy === undefined) {
      const target = join(scratch, `kbuild-${sha256(key).slice(0, 12)}`);
      copy = loader().then(async (start) => {
        await wrapKbuild(start, found, target);
        return target;
      });
      copy.catch(() => {});
      wrapped.set(key, copy);
    }
    kbuild = await copy;
  }
  const pathMaps = root === undefined ? [] : [{ from: join(root.directory, 'usr'), to: '/usr' }];
  return { path: path ?? '/usr/bin', ...(kbuild !== undefined && { kbuild }), pathMaps };
}

/**
 * Returns the directory of linux-kbuild-* below the headers' root. The links scripts/ and tools/ of the headers
 * lead there.
 */
async function kbuildOf({ directory, root = '/', release }: KernelHeaders): Promise<string> {
  const names = await readdir(join(root, 'usr/lib')).catch(() => []);
  const [name] = names.filter((one) => one.startsWith('linux-kbuild-'));
  if (name !== undefined) return realpath(join(root, 'usr/lib', name));
  throw new KernelError(
    'foreign-headers',
    `the headers of kernel ${release} contain programs that need a newer libc6 than this machine has`,
    {
      where: { file: directory },
      hint: 'Build on a newer release of the distribution.',
    },
  );
}

/**
 * Fetches the packages of kernels in batches, each twice as large as the one before, because each call of apt takes
 * a second. Returns a promise for each kernel, which resolves when its packages are in the store.
 */
function fetchInOrder(
  { root, store }: OpenArchives,
  queue: readonly StoredKernel[],
): Map<StoredKernel, Promise<void>> {
  const done = new Map<StoredKernel, Promise<void>>();
  if (root === undefined) return done;
  let before: Promise<unknown> = Promise.resolve();
  for (let at = 0, size = 1; at < queue.length; at += size, size *= 2) {
    const batch = queue.slice(at, at + size);
    const fetching = before.then(() =>
      // Errors are ignored here, because prepare() fetches the packages of each kernel again and reports what is
      // missing.
      fetchDebs(
        root,
        store,
        batch.flatMap(({ parts }) => parts),
      ).catch(() => {}),
    );
    before = fetching;
    for (const kernel of batch) {
      done.set(
        kernel,
        fetching.then(() => fetchDebs(root, store, kernel.parts)),
      );
    }
  }
  for (const each of done.values()) each.catch(() => {});
  return done;
}

function refuseIncomplete({ missing, package: own }: StoredKernel): void {
  if (missing.length === 0) return;
  throw new KernelError(
    'not-fetched',
    `no list has ${missing.join(', ')}, which ${own.name} needs`,
    { hint: 'Name the other suites or sources of the archive, too.' },
  );
}
