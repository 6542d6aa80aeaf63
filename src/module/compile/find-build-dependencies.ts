import { readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareVersions } from '../../debian/version.ts';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { checkDkmsName, modulesPackageName } from '../../dkms/conf/names.ts';
import { EXIT, InputError, ModuleBuildError } from '../../errors.ts';
import { readSymvers } from '../../kernel/symvers.ts';
import { run } from '../../system/process/run.ts';
import {
  type BuildDependency,
  dependencyOfPackage,
  exportsOfDirectory,
  exportsOfModules,
  type ForKernel,
  isModulePath,
} from './build-dependency.ts';

const DKMS_TREE = '/var/lib/dkms';

/**
 * The other drivers that BUILD_DEPENDS names, each from the first place that has it for this kernel:
 * `places` (`--symvers`: a package of modules, a directory of packages or in DKMS's layout, a
 * Module.symvers), the installed package of its modules, what DKMS has installed. Packages and files
 * of `places` count without BUILD_DEPENDS, too.
 * ModuleBuildError `build-depends` (13, as DKMS) for one that is nowhere.
 */
export async function findBuildDependencies(
  conf: Pick<DkmsConf, 'name' | 'version' | 'buildDepends' | 'file'>,
  kernel: ForKernel,
  places: readonly string[],
  dkmsTree: string = DKMS_TREE,
): Promise<BuildDependency[]> {
  const { directories, given } = await readPlaces(places, kernel);
  const found = [...given];
  const missing: string[] = [];
  for (const name of new Set(conf.buildDepends)) {
    checkDkmsName(name, { file: conf.file });
    const packageName = modulesPackageName(name, kernel.release);
    if (given.some((each) => each.name === name || each.package?.name === packageName)) continue;
    const dependency =
      (await inDirectories(name, kernel, directories)) ??
      (await installedPackage(name, kernel)) ??
      (await builtByDkms(name, kernel, dkmsTree));
    if (dependency !== undefined) found.push(dependency);
    else missing.push(name);
  }
  // A table without a name may be that of any of them.
  if (missing.length === 0 || given.some((each) => each.package === undefined)) return found;
  throw new ModuleBuildError(
    'build-depends',
    EXIT.buildDepends,
    `${conf.name} ${conf.version} wants ${missing.join(', ')} (BUILD_DEPENDS), of which there is nothing for kernel ${kernel.release}`,
    {
      hint: `Build that first (dkms-deb bmdeb -k ${kernel.release} -o DIR …) and name the directory: --symvers DIR; or install its package.`,
    },
  );
}

async function readPlaces(
  places: readonly string[],
  kernel: ForKernel,
): Promise<{ directories: string[]; given: BuildDependency[] }> {
  const directories: string[] = [];
  const given: BuildDependency[] = [];
  for (const place of places) {
    const kind = await stat(place).catch((cause: NodeJS.ErrnoException) => {
      throw new InputError('symvers-unreadable', `cannot be read (${cause.code})`, {
        where: { file: place },
        hint: '--symvers wants a package of modules, a directory of them, or a Module.symvers.',
      });
    });
    if (kind.isDirectory()) directories.push(place);
    else if (place.endsWith('.deb')) {
      const dependency = await dependencyOfPackage(place, kernel);
      if (dependency !== undefined) given.push(dependency);
    } else {
      const exports = await readSymvers(place);
      given.push({ name: 'symvers', version: undefined, exports, package: undefined });
    }
  }
  return { directories, given };
}

/** The newest package of that name, or a tree as DKMS lays it out. */
async function inDirectories(
  name: string,
  kernel: ForKernel,
  directories: readonly string[],
): Promise<BuildDependency | undefined> {
  const stem = `${modulesPackageName(name, kernel.release)}_`;
  for (const directory of directories) {
    const files = (await readdir(directory)).filter(
      (file) => file.startsWith(stem) && file.endsWith('.deb'),
    );
    let newest: BuildDependency | undefined;
    for (const file of files) {
      const found = await dependencyOfPackage(join(directory, file), kernel, name);
      if (found?.package === undefined) continue;
      const than = newest?.package?.version;
      if (than === undefined || compareVersions(found.package.version, than) > 0) newest = found;
    }
    const dependency = newest ?? (await builtByDkms(name, kernel, directory));
    if (dependency !== undefined) return dependency;
  }
  return undefined;
}

async function installedPackage(
  name: string,
  kernel: ForKernel,
): Promise<BuildDependency | undefined> {
  const packageName = modulesPackageName(name, kernel.release);
  const format = '$' + '{db:Status-Status} $' + '{Version}\n';
  const shown = await run('dpkg-query', ['-W', '-f', format, packageName], { accept: [0, 1, 2] });
  const [status, version] = shown.stdout.trim().split(' ');
  if (status !== 'installed' || !version) return undefined;
  const listed = await run('dpkg-query', ['-L', packageName]);
  const exports = await exportsOfModules(listed.stdout.split('\n').filter(isModulePath));
  return { name, version: undefined, exports, package: { name: packageName, version } };
}

/** The version that DKMS has installed for the kernel: `<name>/kernel-<release>-<arch>` leads there. */
async function builtByDkms(
  name: string,
  { release, machine }: ForKernel,
  tree: string,
): Promise<BuildDependency | undefined> {
  const link = join(tree, name, `kernel-${release}-${machine}`);
  const [version] = (await readlink(link).catch(() => '')).split('/');
  if (!version) return undefined;
  const exports = await exportsOfDirectory(join(link, 'module'));
  return {
    name,
    version,
    exports,
    package: await ownerOf(`/usr/src/${name}-${version}/dkms.conf`),
  };
}

async function ownerOf(path: string): Promise<{ name: string; version: string } | undefined> {
  const found = await run('dpkg-query', ['-S', path], { accept: [0, 1] });
  const [name] = found.stdout.split(':');
  if (found.exitStatus !== 0 || !name) return undefined;
  const shown = await run('dpkg-query', ['-W', '-f', '$' + '{Version}\n', name]);
  const [version = ''] = shown.stdout.trim().split('\n');
  return { name, version };
}
