import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { sourceDigest } from '../../dkms/source/source-digest.ts';
import type { SourceEntry } from '../../dkms/source/source-entry.ts';
import { listSourceTree } from '../../dkms/source/source-tree.ts';
import { findToolchain, pathOf, type Toolchain } from '../../kernel/compiler.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { headersDigest } from '../../kernel/headers-digest.ts';
import { formatSymvers } from '../../kernel/symvers.ts';
import { sha256 } from '../../system/files/sha256.ts';
import { run } from '../../system/process/run.ts';
import { cacheKey } from './build-cache.ts';
import type { BuildDependency } from './build-dependency.ts';
import type { ModuleBuildRequest } from './build-request.ts';

/** Checksums and versions of the source, the kernel and the programs of a build. */
export interface BuildInputs {
  /** The sha256 of the source with its dkms.conf, in hex. */
  readonly source: string;
  /** The sha256 (hex) of the kernel's Module.symvers; that of no bytes if there is no such file. */
  readonly symvers: string;
  /** The sha256 (hex) of the kernel's configuration. */
  readonly configuration: string;
  /** A digest of the header files (headersDigest). '' if the cache is not used. */
  readonly headers: string;
  /** The compiler's output for `--version`; '' if the compiler is not installed or fails. */
  readonly compiler: string;
  /** The output of ld for `--version`; '' if ld is not installed or fails. ld stands for all binutils. */
  readonly binutils: string;
  /** The output of pahole for `--version`; '' if pahole is not installed or fails. */
  readonly pahole: string;
}

/** Finds the compiler for the kernel, lists the source files, and reads the other inputs of a build. */
export async function readInputs(request: ModuleBuildRequest): Promise<{
  toolchain: Toolchain;
  inputs: BuildInputs;
  sourceEntries: readonly SourceEntry[];
}> {
  const { headers, sourceDirectory } = request;
  const sourceEntries = request.sourceEntries ?? (await listSourceTree(sourceDirectory));
  const [toolchain, source, symvers, configuration, pahole] = await Promise.all([
    findToolchain(headers),
    sourceDigest(sourceDirectory, sourceEntries, request.confFile),
    digest(join(headers.directory, 'Module.symvers')),
    digest(headers.configFile ?? ''),
    versionOf('pahole', pathOf(headers.tools)),
  ]);
  const [compiler, binutils] = await Promise.all([
    versionOf(compilerName(toolchain).split(' ')[0] ?? 'gcc', toolchain.environment),
    versionOf(toolchain.linker ?? `${toolchain.prefix}ld`, toolchain.environment),
  ]);
  const digests = {
    source,
    symvers,
    configuration,
    headers: request.cache ? await headersDigest(headers) : '',
  };
  return { toolchain, inputs: { ...digests, compiler, binutils, pahole }, sourceEntries };
}

/** Returns the key of a build in the cache: a hash of all input that can change its result. */
export async function buildKey(
  request: ModuleBuildRequest,
  conf: DkmsConf,
  inputs: BuildInputs,
  dependencies: readonly BuildDependency[],
): Promise<string> {
  const { headers } = request;
  const { source, symvers, configuration, compiler, binutils, pahole } = inputs;
  const { release, machine, packageVersion } = headers;
  const generated = await generatedHeaders(headers.directory);
  const kernel = {
    release,
    machine,
    packageVersion,
    symvers,
    configuration,
    generated,
    headers: inputs.headers,
  };
  // The other directives of dkms.conf are not part of the key: they do not change the modules, or they follow from
  // the source.
  const { modules, make, patches, preBuild, postBuild } = conf;
  const evaluated = withoutPlaces({ modules, make, patches, preBuild, postBuild }, headers);
  const others = dependencies.map(({ name, version, exports }) => [
    name,
    version,
    formatSymvers(exports),
  ]);
  return cacheKey({
    others,
    source,
    evaluated,
    kernel,
    compiler,
    binutils,
    pahole,
    timestamp: request.timestamp,
    ...(request.debug && { debug: true }),
  });
}

/** Returns checksums of headers that change when a kernel is compiled again under the same release. */
export async function generatedHeaders(directory: string): Promise<string[]> {
  const names = ['utsversion.h', 'compile.h', 'autoconf.h'];
  return Promise.all(names.map((name) => digest(join(directory, 'include/generated', name))));
}

/**
 * Returns the values as JSON, with placeholders for the paths of the headers, because unpacked headers are in a new
 * temporary directory each time.
 */
function withoutPlaces(
  evaluated: unknown,
  { directory, installTree = directory }: KernelHeaders,
): string {
  return JSON.stringify(evaluated)
    .replaceAll(directory, '<headers>')
    .replaceAll(installTree, '<modules>');
}

async function digest(file: string): Promise<string> {
  return sha256(await readFile(file).catch(() => Buffer.alloc(0)));
}

const versions = new Map<string, Promise<string>>();

/**
 * Returns what a program in PATH prints on stdout for `--version`; '' if the program is not installed or fails. A
 * program is run once for each PATH.
 */
function versionOf(program: string, { PATH }: Readonly<Record<string, string>>): Promise<string> {
  const key = `${PATH}\n${program}`;
  const known = versions.get(key);
  if (known !== undefined) return known;
  const asked = run(program, ['--version'], { env: PATH === undefined ? {} : { PATH } }).then(
    ({ stdout }) => stdout,
    () => '',
  );
  versions.set(key, asked);
  return asked;
}

/** Returns the command that calls the compiler. The command may contain options. */
export function compilerName(toolchain: Toolchain): string {
  return toolchain.compiler ?? (toolchain.clang ? 'clang' : 'gcc');
}
