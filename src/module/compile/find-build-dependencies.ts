import { readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareVersions } from '../../debian/version.ts';
import type { DkmsConf } from '../../dkms/conf/conf.ts';
import { checkDkmsName, modulesPackageName } from '../../dkms/conf/names.ts';
import { EXIT, InputError, ModuleBuildError } from '../../errors.ts';
import { readSymvers } from '../../kernel/symvers.ts';
import { unreadableFile } from '../../system/files/given-file.ts';
import { queryDpkg } from '../../system/process/query-dpkg.ts';
import { run } from '../../system/process/run.ts';
import { isModuleFile } from '../format/module-path.ts';
import {
  type BuildDependency,
  dependencyOfPackage,
  exportsOfDirectory,
  exportsOfModules,
  type ForKernel,
  keyOf,
} from './build-dependency.ts';

const DKMS_TREE = '/var/lib/dkms';

/**
 * Finds the modules of the drivers that BUILD_DEPENDS names, for one kernel. The modules are searched in `places`
 * (--symvers: packages of modules, directories with packages or in DKMS's layout, Module.symvers files), then in the
 * installed packages of modules of these drivers, then in DKMS's tree. Packages and files in `places` are used even if
 * BUILD_DEPENDS does not name their driver. Throws ModuleBuildError `build-depends` (exit status 13, as for DKMS) if a
 * driver is not found. This error is not thrown if `places` has a Module.symvers, which may belong to the driver.
 * Throws InputError `symvers-unreadable` for a place that cannot be read, and the errors of dependencyOfPackage.
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
  // A Module.symvers does not name its driver, so it may belong to any driver that was not found.
  if (missing.length === 0 || given.some((each) => each.package === undefined)) return found;
  throw new ModuleBuildError(
    'build-depends',
    EXIT.buildDepends,
    `${conf.name} ${conf.version} needs ${missing.join(', ')} (BUILD_DEPENDS), whose modules for kernel ${kernel.release} were not found`,
    {
      hint: `Build these modules first (dkms-deb bmdeb -k ${kernel.release} -o DIR …) and pass --symvers DIR to bmdeb, or install the package with these modules.`,
    },
  );
}

/**
 * Divides `places` into directories, and into packages and files. Packages and files are read here; directories are
 * searched later.
 */
async function readPlaces(
  places: readonly string[],
  kernel: ForKernel,
): Promise<{ directories: string[]; given: BuildDependency[] }> {
  const directories: string[] = [];
  const given: BuildDependency[] = [];
  for (const place of places) {
    const kind = await stat(place).catch((cause: NodeJS.ErrnoException) => {
      const { message } = unreadableFile(cause, 'Module.symvers or package');
      throw new InputError('symvers-unreadable', message, {
        where: { file: place },
        hint: 'Give --symvers a package of modules, a directory of such packages, or a Module.symvers.',
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

/**
 * Returns the driver's modules from the first directory that has them: from the newest package of the driver in it, or
 * else from the modules in DKMS's layout.
 */
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

/** Returns the installed package of a driver's modules for the kernel, or undefined if it is not installed. */
async function installedPackage(
  name: string,
  kernel: ForKernel,
): Promise<BuildDependency | undefined> {
  const packageName = modulesPackageName(name, kernel.release);
  const fields = ['db:Status-Status', 'Version', 'Build-Key'];
  const [[status, version, key] = []] = await queryDpkg(fields, [packageName]);
  if (status !== 'installed' || !version) return undefined;
  const listed = await run('dpkg-query', ['-L', packageName]);
  const exports = await exportsOfModules(listed.stdout.split('\n').filter(isModuleFile));
  return {
    name,
    version: undefined,
    exports,
    package: { name: packageName, version, ...keyOf(key) },
  };
}

/**
 * Returns the modules of a driver that DKMS has installed for the kernel. The link `<name>/kernel-<release>-<arch>` in
 * `tree` leads to their directory. Returns undefined if the link does not exist.
 */
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

/** Returns the installed package to which a path belongs; undefined if it belongs to none. */
async function ownerOf(path: string): Promise<{ name: string; version: string } | undefined> {
  const found = await run('dpkg-query', ['-S', path], { accept: [0, 1] });
  const [name] = found.stdout.split(':');
  if (found.exitStatus !== 0 || !name) return undefined;
  const [[version = ''] = []] = await queryDpkg(['Version'], [name]);
  return { name, version };
}
