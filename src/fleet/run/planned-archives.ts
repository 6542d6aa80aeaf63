import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { StoredKernel } from '../../archives/kernels/archive-kernel.ts';
import type { ArchivePackage } from '../../archives/kernels/archive-package.ts';
import { debFile, openStore } from '../../archives/store/header-store.ts';
import { type OpenArchives, openArchives } from '../../pipelines/archive-kernels/open-archives.ts';
import type { Reporter } from '../../report/reporter.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import type { Plan, PlannedKernel } from '../plan/plan-document.ts';

export interface StoreChoice {
  readonly store: string | undefined;
  /** Whether only packages in the store are used, and nothing is fetched. */
  readonly offline: boolean;
}

/**
 * Opens the archives of a plan, with the compilers that the plan names. No list of packages is fetched if `offline` is
 * set, or if the plan names the compiler of every kernel and the store has all needed packages. Otherwise the sources
 * of the plan are written into `scratch` as files for apt. Throws the errors of openArchives.
 */
export async function planArchives(
  plan: Plan,
  kernels: readonly PlannedKernel[],
  packages: readonly { readonly sha256: string }[],
  { store: place, offline }: StoreChoice,
  scratch: string,
  reporter: Reporter,
): Promise<OpenArchives> {
  const store = openStore(place);
  const toolchains = new Map(
    plan.toolchains.map((one) => [`${one.base} ${one.compiler} ${one.architecture}`, one]),
  );
  const decided: NonNullable<OpenArchives['decided']> = (base, { compiler, target }) =>
    toolchains.get(`${base} ${compiler} ${target}`)?.packages.map(({ uri, size, ...one }) => ({
      ...one,
      ...(uri !== undefined && { uri }),
      ...(size !== undefined && { size }),
    }));
  const ofKernels = kernels.flatMap(({ parts, toolchain }) => [
    ...parts,
    ...(plan.toolchains.find(({ id }) => id === toolchain)?.packages ?? []),
  ]);
  const isThere = [...ofKernels, ...packages].every(({ sha256 }) =>
    existsSync(debFile(store, sha256)),
  );
  // If only the headers of a kernel name its compiler, the lists are needed to find the compiler.
  const isKnown = kernels.every(({ toolchain }) => toolchain !== null);
  if (offline || (isThere && isKnown)) {
    const { host } = plan;
    return {
      kernels: [],
      store,
      root: undefined,
      compilerRoot: async () => undefined,
      host,
      decided,
    };
  }
  const sourceFiles = await writeSources(plan, scratch);
  const { suites, architectures } = plan.archives;
  const wish = { suites, sourceFiles, architectures, store: place, offline, refresh: false };
  return { ...(await openArchives(wish, reporter)), decided };
}

async function writeSources({ archives }: Plan, scratch: string): Promise<string[]> {
  const directory = join(scratch, 'sources');
  await makeDirectory(directory);
  return Promise.all(
    archives.sources.map(async ({ file, text }, number) => {
      const path = join(directory, `${number}-${basename(file)}`);
      await writeFile(path, text);
      return path;
    }),
  );
}

/** Returns a kernel of a plan in the form in which the index of a store has it. */
export function storedKernel(kernel: PlannedKernel): StoredKernel {
  const { release, base, suites, architecture, version, source, flavour, compiler, libc } = kernel;
  const parts = kernel.parts.map((part): ArchivePackage => {
    const { name, uri = '' } = part;
    return {
      name,
      version: part.version,
      architecture: part.architecture,
      source,
      depends: '',
      provides: '',
      synopsis: '',
      size: part.size ?? 0,
      sha256: part.sha256,
      fileName: uri === '' ? '' : basename(uri),
      index: {
        codename: base,
        suite: suites[0] ?? base,
        origin: '',
        label: '',
        component: '',
        architecture: part.architecture,
        uri: uri === '' ? '' : dirname(uri),
        inReleaseSha256: null,
      },
    };
  });
  const [own] = parts;
  if (own === undefined) throw new Error(`${kernel.id} has no packages`);
  return {
    release: release ?? undefined,
    package: own,
    parts,
    missing: [],
    version,
    architecture,
    flavour,
    metapackages: [],
    compiler: compiler ?? undefined,
    libc: libc ?? undefined,
    suites,
    base,
    lists: [],
    size: parts.reduce((sum, { size }) => sum + size, 0),
    firstSeen: '',
    lastSeen: '',
  };
}
