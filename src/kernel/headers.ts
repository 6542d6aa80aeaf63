import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KernelError } from '../errors.ts';
import { run } from '../system/process/run.ts';
import { machineOf } from './architecture.ts';
import { type KernelConfig, readHeadersConfig } from './config.ts';
import { headersHint } from './headers-hint.ts';
import { headersPackage } from './headers-package.ts';
import { type KernelFamily, kernelFamilyOf } from './kernel-family.ts';
import { checkRelease } from './release.ts';

/** The headers of one kernel: all that is needed to build a module for it. */
export interface KernelHeaders {
  /** `uname -r` of the kernel, such as 6.12.117+deb12-amd64. */
  readonly release: string;
  /** The build directory that kbuild is called in, `/lib/modules/<release>/build`. */
  readonly directory: string;
  /** auto.conf or .config; undefined in headers that carry neither. */
  readonly configFile: string | undefined;
  readonly config: KernelConfig;
  /** Debian architecture (amd64) and machine as `uname -m` says it (x86_64). */
  readonly architecture: string;
  readonly machine: string;
  /** Where this kernel keeps its modules: as the headers package has it (usr-merged from trixie on). */
  readonly moduleDirectory: '/lib/modules' | '/usr/lib/modules';
  /** Version of the kernel's packages, such as 6.1.192-2; undefined for headers of no package. */
  readonly packageVersion: string | undefined;
  /** The source package of the kernel's packages where it is known: linux, linux-6.12. */
  readonly sourcePackage?: string | undefined;
  /** Whose packages they are; unset: as far as the release tells (familyOfRelease). */
  readonly family?: KernelFamily;
  /** What stands for `/` in the paths these headers name: unset where they are installed. */
  readonly root?: string;
  /** Where they were found, if `directory` is a temporary stand-in: for messages. */
  readonly foundIn?: string;
  /** What stands for /lib/modules: `<release>/build` there leads to these headers; unset where installed. */
  readonly installTree?: string;
  /** Paths that must not get into a module, and what they stand for. */
  readonly pathMaps?: readonly PathMap[];
}

/** A directory, and the path that debug data and `__FILE__` are to have for it. */
export interface PathMap {
  readonly from: string;
  readonly to: string;
}

const MODULES = '/lib/modules';

/** Releases of all installed kernels that have headers, oldest first (6.9 before 6.12). */
export async function installedReleases(modules: string = MODULES): Promise<string[]> {
  const names = await readdir(modules).catch(() => []);
  return names
    .filter((name) => existsSync(join(modules, name, 'build/include')))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/**
 * The headers of one release. KernelError `no-headers` (exit status 21, as DKMS) where
 * `/lib/modules/<release>/build/include` is missing (dkms.in, prepare_kernel).
 */
export async function readHeaders(
  release: string,
  modules: string = MODULES,
): Promise<KernelHeaders> {
  checkRelease(release);
  const directory = join(modules, release, 'build');
  if (!existsSync(join(directory, 'include'))) {
    throw new KernelError('no-headers', `the headers of kernel ${release} are not installed`, {
      where: { file: directory },
      hint: headersHint(release),
    });
  }
  // What runs modules is asked of dpkg in any case, and so at once.
  const [owner, host, { configFile, config }] = await Promise.all([
    headersPackage(release),
    hostArchitecture(),
    readHeadersConfig(directory),
  ]);
  const architecture = owner?.architecture ?? host;
  const sourcePackage = owner?.source;
  return {
    release,
    directory,
    configFile,
    config,
    architecture,
    machine: machineOf(architecture),
    moduleDirectory: owner?.moduleDirectory ?? '/lib/modules',
    packageVersion: owner?.version,
    sourcePackage,
    family: await kernelFamilyOf(directory, { release, config, sourcePackage }),
  };
}

let host: Promise<string> | undefined;

/** The Debian architecture of this machine. */
export function hostArchitecture(): Promise<string> {
  host ??= run('dpkg', ['--print-architecture']).then(({ stdout }) => stdout.trim());
  return host;
}
