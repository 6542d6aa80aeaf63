import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, KernelError } from '../../errors.ts';
import { machineOf } from '../../kernel/architecture.ts';
import { type KernelConfig, readHeadersConfig } from '../../kernel/config.ts';
import { readHeaders } from '../../kernel/headers.ts';
import { releaseOfHeaders } from '../../kernel/release.ts';
import { type Exports, readSymvers } from '../../kernel/symvers.ts';
import { findUnpackedHeaders } from '../../kernel/unpacked-headers.ts';
import { someNames } from '../../system/text/some-names.ts';

/** What is known about the kernel of some modules. Unknown facts are undefined. */
export interface KnownKernel {
  readonly release: string;
  readonly machine: string | undefined;
  readonly config: KernelConfig | undefined;
  readonly exports: Exports | undefined;
  /** The directory for the kernel's modules, according to its headers package. */
  readonly moduleDirectory: string | undefined;
  /** Why no headers with a Module.symvers were found for the kernel. Undefined if they were found. */
  readonly missing: string | undefined;
}

/**
 * Finds what is known about a kernel by its release, in the installed headers or in the headers of `--headers`.
 * `machine` follows from `architecture`, the architecture of the package; it is undefined for `all`. Throws InputError
 * `bad-headers` for a directory without headers.
 */
export async function findKernel(
  release: string,
  architecture: string,
  headersDirectory: string | undefined,
): Promise<KnownKernel> {
  const machine = architecture === 'all' ? undefined : machineOf(architecture);
  const unknown = (missing: string): KnownKernel => ({
    release,
    machine,
    config: undefined,
    exports: undefined,
    moduleDirectory: undefined,
    missing,
  });
  let directory = headersDirectory;
  let moduleDirectory: string | undefined;
  if (directory === undefined) {
    try {
      const headers = await readHeaders(release);
      directory = headers.directory;
      if (headers.packageVersion !== undefined) moduleDirectory = headers.moduleDirectory;
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      return unknown(
        // The hint is a sentence of its own.
        `${error.message}; name the directory of the headers with --headers DIR. ${error.hint ?? ''}`.trimEnd(),
      );
    }
  } else {
    const given = await headersIn(directory);
    const found = given.find(
      (one) => one.release === release && (one.machine ?? machine) === (machine ?? one.machine),
    );
    if (found === undefined) {
      // The release may be right, and the architecture wrong: Ubuntu's releases do not name the architecture.
      const isSame = given.some((one) => one.release === release);
      const nameOf = (of: { release: string; machine?: string | undefined }) =>
        isSame && of.machine ? `${of.release} of ${of.machine}` : of.release;
      const others = someNames(given.map(nameOf));
      return unknown(
        `the headers in ${directory} are for ${others}, not for ${nameOf({ release, machine })}`,
      );
    }
    directory = found.directory;
    moduleDirectory = found.moduleDirectory;
  }
  const { configFile, config } = await readHeadersConfig(directory);
  const symvers = join(directory, 'Module.symvers');
  return {
    release,
    machine,
    config: configFile === undefined ? undefined : config,
    exports: existsSync(symvers) ? await readSymvers(symvers) : undefined,
    moduleDirectory,
    missing: existsSync(symvers) ? undefined : `the headers in ${directory} have no Module.symvers`,
  };
}

/**
 * Returns the configuration in the installed headers of a kernel; undefined without headers or without a configuration.
 */
export async function readKernelConfig(release: string): Promise<KernelConfig | undefined> {
  return (await findKernel(release, 'all', undefined)).config;
}

/** The headers in the directory that `--headers` names. */
interface GivenHeaders {
  readonly release: string;
  readonly directory: string;
  readonly machine?: string;
  readonly moduleDirectory?: string;
}

/**
 * Returns the headers in a directory: either the directory itself, or the headers packages that were unpacked into it,
 * as for bmdeb.
 */
async function headersIn(directory: string): Promise<GivenHeaders[]> {
  const release = await releaseOfHeaders(directory);
  if (release !== undefined) return [{ release, directory }];
  try {
    return await findUnpackedHeaders(directory);
  } catch (cause) {
    if (!(cause instanceof KernelError)) throw cause;
    throw new InputError('bad-headers', `${directory} has no kernel headers`, {
      where: { file: directory },
      hint: 'Name a directory with kernel headers, or one into which headers packages were unpacked.',
      cause,
    });
  }
}
