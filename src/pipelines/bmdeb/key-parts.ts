import { readFile } from 'node:fs/promises';
import { digestWithoutConf } from '../../dkms/source/source-digest.ts';
import type { KernelHeaders } from '../../kernel/headers.ts';
import { formatSymvers } from '../../kernel/symvers.ts';
import type { BuildDependency } from '../../module/compile/build-dependency.ts';
import { generatedHeaders } from '../../module/compile/build-inputs.ts';
import type { ModuleBuild } from '../../module/compile/build-modules.ts';
import {
  type BuildKey,
  buildKeyOf,
  digestOf,
  type KeyParts,
} from '../../package/modules/build-key.ts';
import { digestOfCommon } from '../../package/modules/common-files.ts';
import { type KeyDependency, optionsPart, sourcePart } from '../../package/modules/key-options.ts';
import type { ModulesPackageChoices } from '../../package/modules/package-choices.ts';
import { sha256 } from '../../system/files/sha256.ts';
import type { DriverSource } from '../driver-source/driver-source.ts';

/** The parts of a Build-Key that are the same for every kernel. */
export type SourceParts = Pick<KeyParts, 'source' | 'conf'>;
type KernelParts = Pick<KeyParts, 'headers' | 'toolchain'>;

/** Reads all files of a driver's source, and returns the parts `source` and `conf` of the Build-Key. */
export async function sourceParts(source: DriverSource): Promise<SourceParts> {
  const { directory, entries, confFile, description, timestamp, common } = source;
  const files = await digestWithoutConf(directory, entries, confFile);
  return {
    source: sourcePart(files, description, timestamp, await digestOfCommon(common)),
    conf: sha256(await readFile(confFile)),
  };
}

/**
 * Returns the Build-Key of a build for one kernel. `extra` is the dependency on linux-modules-extra-*, if there is
 * one.
 */
export async function keyOfBuild(
  parts: SourceParts,
  { description }: Pick<DriverSource, 'description'>,
  headers: KernelHeaders,
  { inputs, dependencies }: Pick<ModuleBuild, 'inputs' | 'dependencies'>,
  choices: ModulesPackageChoices,
  extra?: string,
): Promise<BuildKey> {
  const kernel = headers.archive ?? (await installedParts(headers, inputs, extra));
  const options = optionsPart(description.maintainer, choices, dependencies.map(keyOfDependency));
  return buildKeyOf({ ...parts, ...kernel, options });
}

/**
 * Returns the parts `headers` and `toolchain` of a Build-Key if the headers are not from an archive. These parts follow
 * from the release, from versions and from the contents of files, not from paths and times.
 */
async function installedParts(
  { release, architecture, packageVersion, directory }: KernelHeaders,
  { symvers, configuration, compiler, binutils, pahole }: ModuleBuild['inputs'],
  extra: string | undefined,
): Promise<KernelParts> {
  const generated = await generatedHeaders(directory);
  return {
    headers: digestOf([
      release,
      architecture,
      packageVersion ?? '',
      symvers,
      configuration,
      generated,
      ...(extra === undefined ? [] : [extra]),
    ]),
    toolchain: digestOf([compiler, binutils, pahole]),
  };
}

function keyOfDependency({ name, exports, package: from }: BuildDependency): KeyDependency {
  return { name, key: from?.buildKey ?? from?.version ?? sha256(formatSymvers(exports)) };
}
