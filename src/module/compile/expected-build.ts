import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { moduleCompression } from '../../kernel/config.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { compressionSuffix } from '../format/module-path.ts';
import type { BuildDependency } from './build-dependency.ts';
import type { ModuleBuild } from './build-modules.ts';

/** What is not known before the compiler has run. */
const UNKNOWN_MODULE = {
  sha256: '',
  vermagic: '',
  srcversion: undefined,
  buildId: undefined,
  signed: undefined,
};
const UNKNOWN_INPUTS = {
  source: '',
  symvers: '',
  configuration: '',
  headers: '',
  compiler: '',
  binutils: '',
  pahole: '',
};

/** Returns the file names of the modules that a dkms.conf promises for a kernel, such as hello.ko.xz. */
export function expectedModules(conf: DkmsConf, headers: Pick<KernelHeaders, 'config'>): string[] {
  const suffix = `.ko${compressionSuffix(moduleCompression(headers.config))}`;
  return conf.modules
    .filter(({ excluded }) => excluded === undefined)
    .map(({ installedName }) => installedName + suffix);
}

/**
 * Returns a build as buildModules would return it, before anything is compiled. Its modules are empty files, which are
 * written into the new directory `directory`. Packages can be staged from it to see if they are valid.
 */
export async function expectedBuild(
  conf: DkmsConf,
  headers: Pick<KernelHeaders, 'config'>,
  dependencies: readonly BuildDependency[],
  directory: string,
): Promise<ModuleBuild> {
  await mkdir(directory);
  const modules = expectedModules(conf, headers).map((name) => ({
    ...UNKNOWN_MODULE,
    name,
    file: join(directory, name),
  }));
  for (const { file } of modules) await writeFile(file, '');
  return {
    conf,
    modules,
    cached: false,
    abi: '',
    compiler: '',
    inputs: UNKNOWN_INPUTS,
    debug: [],
    dependencies,
    exports: async () => ({ kernel: new Map(), others: new Map() }),
  };
}
