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

/** The headers of one kernel, with all facts about the kernel that a build of modules needs. */
export interface KernelHeaders {
  /** The release of the kernel (`uname -r`), such as 6.12.117+deb12-amd64. */
  readonly release: string;
  /** The directory in which kbuild is run. For installed headers, `/lib/modules/<release>/build`. */
  readonly directory: string;
  /** The path of auto.conf or .config. Undefined if the headers have neither. */
  readonly configFile: string | undefined;
  readonly config: KernelConfig;
  /** The Debian architecture, such as amd64. */
  readonly architecture: string;
  /** The output of `uname -m` under the kernel, such as x86_64. */
  readonly machine: string;
  /** The directory for modules of this kernel in the headers package: /usr/lib/modules since trixie. */
  readonly moduleDirectory: '/lib/modules' | '/usr/lib/modules';
  /** The version of the kernel's packages, such as 6.1.192-2. Undefined for headers without a package. */
  readonly packageVersion: string | undefined;
  /** The source package of the kernel, such as linux or linux-6.12. Undefined if it is unknown. */
  readonly sourcePackage?: string | undefined;
  /** The name of the headers package. If unset, the release determines it (headersPackageOf). */
  readonly headersPackage?: string;
  /** The distribution that made the packages. If unset, the release determines it (familyOfRelease). */
  readonly family?: KernelFamily;
  /**
   * The directory into which the packages of the headers were unpacked. An absolute path in the headers, such as
   * /usr/src/x, means a path below this directory. `/` for headers that are not below usr/src or lib/modules. Unset for
   * installed headers.
   */
  readonly root?: string;
  /**
   * The directory in which the headers really are, for messages. Set if `directory` is only a temporary directory with
   * links.
   */
  readonly foundIn?: string;
  /** A directory that replaces /lib/modules, for unpacked headers. `<release>/build` in it leads to the headers. */
  readonly installTree?: string;
  /** Paths that must not occur in a module, and the paths that replace them. */
  readonly pathMaps?: readonly PathMap[];
  /**
   * The X of the metapackage linux-image-X for this kernel, if the archive has such a metapackage. If unset,
   * readFlavour finds the X.
   */
  readonly flavour?: string;
  /** Set for headers from an apt archive: texts that identify the headers and their compiler in the key of a build. */
  readonly archive?: { readonly headers: string; readonly toolchain: string };
  /** The programs with which modules are built for these headers. If unset, the programs in PATH are used. */
  readonly tools?: KernelTools;
}

/** A compiler that is unpacked into a directory, not installed. */
export interface KernelTools {
  /** A directory with the compiler, binutils and pahole. It is searched before PATH. */
  readonly path: string;
  /**
   * A directory whose scripts/ and tools/ replace the ones of linux-kbuild. Unset if the programs of linux-kbuild run
   * on this machine.
   */
  readonly kbuild?: string;
  readonly pathMaps: readonly PathMap[];
}

/** A replacement of a path in debug data and in `__FILE__`: `to` replaces `from`. */
export interface PathMap {
  readonly from: string;
  readonly to: string;
}

const MODULES = '/lib/modules';

/** Returns the releases of all kernels with installed headers, sorted by their numbers: 6.9 before 6.12. */
export async function installedReleases(modules: string = MODULES): Promise<string[]> {
  const names = await readdir(modules).catch(() => []);
  return names
    .filter((name) => existsSync(join(modules, name, 'build/include')))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/**
 * Reads the installed headers of one release. Throws KernelError `no-headers` (exit status 21, as in DKMS) if
 * `/lib/modules/<release>/build/include` does not exist (dkms.in, prepare_kernel), and the error of checkRelease.
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
  // These three questions are asked at the same time, because each waits for a process or the disk.
  const [owner, host, configuration] = await Promise.all([
    headersPackage(release),
    hostArchitecture(),
    readHeadersConfig(directory),
  ]);
  return withFamily({
    release,
    directory,
    ...configuration,
    architecture: owner?.architecture ?? host,
    moduleDirectory: owner?.moduleDirectory ?? '/lib/modules',
    packageVersion: owner?.version,
    sourcePackage: owner?.source,
    ...(owner && { headersPackage: owner.name }),
  });
}

/** Adds the facts that follow from the given ones: machine and family. */
export async function withFamily(
  headers: Omit<KernelHeaders, 'machine' | 'family'>,
): Promise<KernelHeaders> {
  const { directory, architecture, release, config, sourcePackage } = headers;
  const family = await kernelFamilyOf(directory, { release, config, sourcePackage });
  return { ...headers, machine: machineOf(architecture), family };
}

let host: Promise<string> | undefined;

/** Returns the Debian architecture of this machine. */
export function hostArchitecture(): Promise<string> {
  host ??= run('dpkg', ['--print-architecture']).then(({ stdout }) => stdout.trim());
  return host;
}
