import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { readConfBeforeHeaders } from '../../dkms/conf/conf-before-headers.ts';
import { readConfForKernel } from '../../dkms/conf/conf-for-kernel.ts';
import { DkmsDebError } from '../../errors.ts';
import { headersOf, type KernelChoice } from '../../kernel/select.ts';
import { modulesIdentity } from '../../package/modules/modules-package.ts';
import type { DriverSource } from '../../pipelines/driver-source/driver-source.ts';
import { type ErrorDocument, errorDocument } from '../../report/error-document.ts';

/** What DKMS would do with a driver for one kernel. */
export interface KernelView {
  readonly release: string;
  readonly architecture?: string;
  readonly status: 'builds' | 'excluded' | 'failed';
  /** Why no module is built for this kernel. */
  readonly reason?: string;
  readonly modules?: readonly {
    /** The name under which the module is installed, without .ko. */
    readonly name: string;
    /** The path of the file that make builds, relative to the tree. */
    readonly file: string;
    readonly strip: boolean;
    /** Why this module is not built for this kernel. */
    readonly excluded?: string;
  }[];
  /** The patches, in the order in which they are applied. `missing` is set if the file is not in patches/. */
  readonly patches?: readonly { readonly file: string; readonly missing?: true }[];
  /** The value of MAKE in dkms.conf. Unset if the default command of DKMS is used. */
  readonly make?: string;
  readonly buildDepends?: readonly string[];
  readonly package?: { readonly name: string; readonly version: string; readonly file: string };
  readonly error?: ErrorDocument;
}

/**
 * Evaluates dkms.conf for one kernel. An error becomes a part of the result, so that the other kernels are still shown.
 */
export async function viewKernel(choice: KernelChoice, source: DriverSource): Promise<KernelView> {
  const { release } = choice;
  try {
    const { conf, headers } = await readConfOf(choice, source);
    const { name, version, fileName } = modulesIdentity(conf.name, headers, source.description);
    const excluded = conf.excluded !== undefined;
    return {
      release,
      architecture: headers.architecture,
      status: excluded ? 'excluded' : 'builds',
      ...(conf.excluded === undefined ? {} : { reason: conf.excluded }),
      ...plan(conf, source.directory),
      ...(excluded ? {} : { package: { name, version, file: fileName } }),
    };
  } catch (error) {
    if (!(error instanceof DkmsDebError)) throw error;
    return { release, status: 'failed', error: errorDocument(error) };
  }
}

/**
 * Reads dkms.conf for a kernel. The headers of a kernel in an archive are fetched only if dkms.conf depends on them or
 * on the configuration of the kernel.
 */
async function readConfOf(choice: KernelChoice, { confFile }: DriverSource) {
  const { remote } = choice;
  if (remote?.release !== undefined) {
    const { release, machine } = remote;
    const conf = await readConfBeforeHeaders(confFile, { release, machine });
    if (conf !== undefined && !conf.directives.has('BUILD_EXCLUSIVE_CONFIG')) {
      return { conf, headers: { ...remote, release } };
    }
  }
  const headers = await (remote?.fetch() ?? headersOf(choice));
  const conf = await readConfForKernel(confFile, headers);
  if (remote === undefined || conf.make === undefined) return { conf, headers };
  // The headers are in the store of this machine. On a machine that runs the kernel, they are in /lib/modules.
  const make = conf.make.replaceAll(headers.directory, `/lib/modules/${headers.release}/build`);
  return { conf: { ...conf, make }, headers };
}

function plan(conf: DkmsConf, directory: string) {
  return {
    modules: conf.modules.map(({ installedName, builtLocation, builtName, strip, excluded }) => ({
      name: installedName,
      file: `${builtLocation}${builtName}.ko`,
      strip,
      ...(excluded === undefined ? {} : { excluded }),
    })),
    patches: conf.patches.map((file) => ({
      file,
      ...(existsSync(join(directory, 'patches', file)) ? {} : { missing: true as const }),
    })),
    ...(conf.make === undefined ? {} : { make: conf.make }),
    buildDepends: conf.buildDepends,
  };
}
