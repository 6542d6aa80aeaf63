import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { headersPart, toolchainPart } from '../../archives/kernel-key.ts';
import type { StoredKernel } from '../../archives/kernels/archive-kernel.ts';
import type { ArchivePackage } from '../../archives/kernels/archive-package.ts';
import { fetchDebs, type Offered } from '../../archives/store/fetch-debs.ts';
import { debFile, isWhole } from '../../archives/store/header-store.ts';
import { unpackHeaders } from '../../archives/store/unpack-headers.ts';
import { compilerOfConfig } from '../../archives/toolchain/compiler-of-config.ts';
import { hostLibc } from '../../archives/toolchain/host-tools.ts';
import { KernelError } from '../../errors.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import type { HeadersCheck } from '../../kernel/remote-kernel.ts';
import type { Reporter } from '../../report/reporter.ts';
import { sha256 } from '../../system/files/sha256.ts';
import type { OpenArchives } from './open-archives.ts';
import { prepareToolchain, type Toolchain, toolsFor } from './prepare-toolchain.ts';
import { workOrder } from './work-order.ts';

/** Fetches and unpacks the headers of kernels, and the compiler for each kernel. */
export interface HeadersOfArchives {
  /**
   * Begins to fetch the packages of these kernels. Returns the kernels in the order in which prepare() should be
   * called: while modules for one kernel are compiled, the packages of later kernels are fetched. Must be called once.
   */
  start(kernels: readonly StoredKernel[]): StoredKernel[];
  /**
   * Returns the unpacked headers of one kernel. A KernelError concerns only this kernel; other kernels can still be
   * prepared. If the headers are in the store, and no kernel before needed the same compiler, calls `check` before the
   * compiler is fetched. Throws KernelError `no-toolchain` on a machine without glibc, or for an unknown compiler.
   */
  prepare(kernel: StoredKernel, check?: HeadersCheck): Promise<KernelHeaders>;
  /** Returns the unpacked headers of one kernel, without a compiler. */
  fetch(kernel: StoredKernel): Promise<KernelHeaders>;
}

/**
 * Returns functions that get the headers of kernels. `scratch` is a directory of this run, for the scripts that start
 * fetched programs.
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
    const key = compilerKey(kernel, compiler);
    let found = toolchains.get(key);
    if (found === undefined) {
      const own = join(scratch, sha256(key).slice(0, 12));
      found = prepareToolchain(archives, kernel, compiler, own, reporter);
      found.catch(() => {});
      toolchains.set(key, found);
    }
    return found;
  };
  const fetch = async (kernel: StoredKernel) => {
    const { root, store } = archives;
    refuseIncomplete(kernel);
    if (fetches.has(kernel)) await fetches.get(kernel);
    else if (root !== undefined) {
      await fetchDebs(root, store, kernel.parts.map(offered), reporter);
    }
    const headers = await unpackHeaders(store, kernel);
    return { ...headers, flavour: kernel.flavour };
  };
  return {
    fetch,
    start(kernels) {
      const { store } = archives;
      // The store is searched only once, because workOrder asks about each package many times.
      const whole = new Set(kernels.filter((kernel) => isWhole(store, kernel)));
      const digests = new Set(kernels.flatMap(({ parts }) => parts.map(({ sha256 }) => sha256)));
      const stored = new Set([...digests].filter((digest) => existsSync(debFile(store, digest))));
      const queue = workOrder(kernels, {
        isStored: (digest) => stored.has(digest),
        missingCompiler: (kernel) => (whole.has(kernel) ? undefined : compilerKey(kernel)),
      });
      const begun = fetchInOrder(archives, queue, reporter);
      for (const [kernel, fetching] of begun) fetches.set(kernel, fetching);
      prefetchToolchains(
        queue.filter((kernel) => !whole.has(kernel)),
        toolchainOf,
      );
      return queue;
    },
    async prepare(kernel, check) {
      await hostLibc();
      const isStored = isWhole(archives.store, kernel);
      // A compiler that the package relations name is fetched at the same time as the headers.
      if (!isStored && kernel.compiler !== undefined) toolchainOf(kernel, kernel.compiler);
      const headers = await fetch(kernel);
      const said = compilerOfConfig(headers.config);
      const compiler = kernel.compiler ?? said;
      if (compiler === undefined) {
        throw new KernelError(
          'no-toolchain',
          `the compiler of kernel ${headers.release} is unknown`,
          {
            hint: 'Install the headers and their compiler, and build with bmdeb --headers DIR.',
          },
        );
      }
      if (said !== undefined && said !== compiler) {
        reporter.warn(
          `kernel ${headers.release} was compiled with ${said}, but its headers package depends on ${compiler}`,
          `Test the modules: they are compiled with ${compiler}.`,
        );
      }
      if (isStored && !toolchains.has(compilerKey(kernel, compiler))) await check?.(headers);
      const toolchain = await toolchainOf(kernel, compiler);
      const tools = await toolsFor(headers, kernel, toolchain, wrapped, scratch);
      const { packages } = kernel.compiler === undefined ? {} : toolchain;
      const archive = { headers: headersPart(kernel), toolchain: toolchainPart(packages) };
      return { ...headers, archive, ...(tools && { tools }) };
    },
  };
}

function compilerKey(
  { base, architecture, compiler }: StoredKernel,
  name: string | undefined = compiler,
): string {
  return `${base} ${name} ${architecture}`;
}

/**
 * Fetches and unpacks the compilers of kernels, one after the other, so that each compiler is ready when the first
 * kernel needs it. If fetching or unpacking a compiler fails, prepare() throws the error for each kernel that needs
 * this compiler.
 */
function prefetchToolchains(
  kernels: readonly StoredKernel[],
  toolchainOf: (kernel: StoredKernel, compiler: string) => Promise<unknown>,
): void {
  let before: Promise<unknown> = Promise.resolve();
  for (const kernel of new Map(kernels.map((one) => [compilerKey(one), one])).values()) {
    const { compiler } = kernel;
    if (compiler === undefined) continue;
    before = Promise.all([before, hostLibc()])
      .then(() => toolchainOf(kernel, compiler))
      .catch(() => {});
  }
}

/**
 * Fetches the packages of kernels, one kernel after the other. Returns for each kernel a promise that is fulfilled
 * when its packages are fetched. Offline, there are no promises. Nothing is fetched on a machine that cannot run the
 * compilers.
 */
function fetchInOrder(
  { root, store }: OpenArchives,
  queue: readonly StoredKernel[],
  reporter: Reporter,
): Map<StoredKernel, Promise<void>> {
  const done = new Map<StoredKernel, Promise<void>>();
  if (root === undefined) return done;
  let before: Promise<unknown> = Promise.resolve();
  for (const kernel of queue) {
    const fetching = Promise.all([before, hostLibc()]).then(() =>
      fetchDebs(root, store, kernel.parts.map(offered), reporter),
    );
    // prepare() throws the error. The next kernel is fetched in any case.
    before = fetching.catch(() => {});
    done.set(kernel, fetching);
  }
  return done;
}

function offered(part: ArchivePackage): Offered {
  const { name, version, architecture, sha256, size, fileName, index } = part;
  return {
    name,
    version,
    architecture,
    sha256,
    size,
    uri: `${index.uri.replace(/\/?$/, '/')}${fileName}`,
  };
}

function refuseIncomplete({ missing, package: own }: StoredKernel): void {
  if (missing.length === 0) return;
  throw new KernelError(
    'not-fetched',
    `no package list has ${missing.join(', ')}, which ${own.name} needs, in a version that fits`,
    { hint: 'Name the other suites or sources of the archive, too.' },
  );
}
