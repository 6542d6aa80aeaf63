import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, KernelError } from '../../errors.ts';
import { machineOf } from '../../kernel/architecture.ts';
import { type KernelConfig, readHeadersConfig } from '../../kernel/config.ts';
import { readHeaders } from '../../kernel/headers.ts';
import { releaseOfHeaders } from '../../kernel/release.ts';
import { type Exports, readSymvers } from '../../kernel/symvers.ts';
import { findUnpackedHeaders } from '../../kernel/unpacked-headers.ts';

/** What is known here of the kernel that modules are for. */
export interface KnownKernel {
  readonly release: string;
  readonly machine: string | undefined;
  readonly config: KernelConfig | undefined;
  readonly exports: Exports | undefined;
  /** Where its headers package has its modules; undefined where dpkg does not know. */
  readonly moduleDirectory: string | undefined;
  /** Why the headers are not known, and what to do about it. */
  readonly missing: string | undefined;
}

/**
 * The kernel of a release, from headers that are installed or that `--headers` names; the machine is
 * the package's own word (`architecture`). InputError `bad-headers` for a directory that has none.
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
      return unknown(`${error.message}; give them with --headers DIR, or ${error.hint ?? ''}`);
    }
  } else {
    const given = await headersIn(directory);
    const found = given.find(
      (one) => one.release === release && (one.machine ?? machine) === (machine ?? one.machine),
    );
    if (found === undefined) {
      const releases = given.map((one) => one.release).join(', ');
      return unknown(`the headers in ${directory} are those of ${releases}`);
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

/** The configuration of a release with installed headers; undefined where there are none. */
export async function readKernelConfig(release: string): Promise<KernelConfig | undefined> {
  return (await findKernel(release, 'all', undefined)).config;
}

interface GivenHeaders {
  readonly release: string;
  readonly directory: string;
  readonly machine?: string;
  readonly moduleDirectory?: string;
}

/** The directory itself, or, as for bmdeb, what was unpacked into it. */
async function headersIn(directory: string): Promise<GivenHeaders[]> {
  const release = await releaseOfHeaders(directory);
  if (release !== undefined) return [{ release, directory }];
  try {
    return await findUnpackedHeaders(directory);
  } catch (cause) {
    if (!(cause instanceof KernelError)) throw cause;
    throw new InputError('bad-headers', `${directory} has no kernel headers`, {
      where: { file: directory },
      hint: 'Name a directory that modules are built with, or one that headers packages were unpacked into.',
      cause,
    });
  }
}
