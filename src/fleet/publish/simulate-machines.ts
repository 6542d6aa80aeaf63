import { join } from 'node:path';
import { type AptRoot, runApt } from '../../archives/apt/apt-root.ts';
import type { AptSource } from '../../archives/apt/apt-source.ts';
import { debianRelease } from '../../kernel/release.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { PublishedPackage } from '../../repository/published-package.ts';
import {
  type InstalledPackage,
  openSimulation,
  repositorySource,
  simulate,
} from '../../repository/simulate-apt.ts';
import { makeDirectory } from '../../system/files/make-directory.ts';
import { withTemporaryDirectory } from '../../system/process/cleanup.ts';
import { dependencyOfMeta } from './choose-metas.ts';
import { upgradeFaults } from './upgrade-faults.ts';

/** What apt would do with a metapackage on one kind of machine. */
export interface CheckFinding {
  readonly suite: string;
  readonly architecture: string;
  /** The name of the metapackage. */
  readonly name: string;
  readonly check: 'install' | 'upgrade';
  /** `waiting`: not an error, but new machines must wait for the modules for the newest kernel. */
  readonly level: 'ok' | 'error' | 'waiting' | 'unchecked';
  readonly message: string;
  readonly output?: readonly string[];
}

/** A suite to check. */
export interface CheckedSuite {
  readonly suite: string;
  readonly packages: readonly PublishedPackage[];
  /** The sources of apt that have the kernels. */
  readonly sources: readonly AptSource[];
}

/**
 * Simulates machines that have the repository and the sources of their kernels. Each metapackage must be installable.
 * An upgrade must install a kernel and its modules together; if the modules are missing, the upgrade must hold the
 * kernel back exactly when the metapackage demands it. `keys` are the armoured public keys. Nothing is installed.
 */
export async function checkRepository(
  repository: string,
  suites: readonly CheckedSuite[],
  keys: string,
  reporter: Reporter,
): Promise<CheckFinding[]> {
  const findings: CheckFinding[] = [];
  for (const { suite, packages, sources } of suites) {
    const metas = packages.filter((one) => dependencyOfMeta(one) !== undefined);
    for (const architecture of new Set(metas.map((one) => one.architecture))) {
      reporter.progress(`checking ${suite} for ${architecture}`);
      const all = [repositorySource(repository, suite, keys), ...sources];
      await withTemporaryDirectory('check', async (parent) => {
        await makeDirectory(join(parent, 'apt'));
        const root = await openSimulation(join(parent, 'apt'), all, architecture);
        for (const meta of metas.filter((one) => one.architecture === architecture)) {
          const about = { suite, architecture, name: meta.name };
          for (const found of await checkMeta(root, meta, packages)) {
            findings.push({ ...about, ...found });
          }
        }
      });
    }
  }
  return findings;
}

type Found = Pick<CheckFinding, 'check' | 'level' | 'message' | 'output'>;

/** Simulates the installation of a metapackage, and an upgrade of a machine that has it. */
async function checkMeta(
  root: AptRoot,
  meta: PublishedPackage,
  packages: readonly PublishedPackage[],
): Promise<Found[]> {
  const wanted = dependencyOfMeta(meta);
  const modules = packages.find(
    (one) =>
      one.name === wanted?.name &&
      one.version === wanted.version &&
      one.architecture === meta.architecture,
  );
  const flavour = meta.name.slice(meta.name.lastIndexOf('-modules-') + '-modules-'.length);
  const kernel = await newestKernel(root, flavour);
  if (modules === undefined || kernel === undefined) {
    const lacks =
      modules === undefined
        ? `the repository has no ${wanted?.name} ${wanted?.version}`
        : `the sources have no linux-image-${flavour}`;
    const message = `${lacks}, so upgrades cannot be checked`;
    const unchecked: Found = { check: 'upgrade', level: 'unchecked', message };
    return [await checkInstall(root, meta, []), unchecked];
  }
  const known = debianRelease(modules.kernelRelease);
  if (kernel.release === known) {
    return [await checkInstall(root, meta, []), await checkTogether(root, meta, modules, kernel)];
  }
  const { architecture } = meta;
  const image = {
    name: kernel.image,
    // If the version of the kernel's package is unknown, a version lower than any real version is used.
    version: modules.kernelVersion || '0~',
    architecture,
    provides: `linux-latest-modules-${known}`,
  };
  const isLockstep = meta.depends.includes(image.provides);
  const install = await checkInstall(root, meta, isLockstep ? [image] : []);
  const isWaiting = isLockstep && install.level === 'ok';
  const message = `can be installed with ${known}; new machines wait for modules for ${kernel.release}`;
  return [
    isWaiting ? { ...install, level: 'waiting', message } : install,
    await checkBehind(root, meta, modules, kernel, image),
  ];
}

async function checkInstall(
  root: AptRoot,
  meta: PublishedPackage,
  machine: readonly InstalledPackage[],
): Promise<Found> {
  const check = 'install';
  const wanted = dependencyOfMeta(meta)?.name ?? '';
  const { succeeds, installs, unmet, output } = await simulate(root, machine, [
    'install',
    meta.name,
  ]);
  if (succeeds && installs.includes(wanted)) {
    return { check, level: 'ok', message: `installs ${wanted}` };
  }
  const without = unmet.length === 0 ? '' : ` without ${unmet.join(', ')}`;
  const message = succeeds ? `does not install ${wanted}` : `cannot be installed${without}`;
  return { check, level: 'error', message, output };
}

/**
 * The kernel that the archive's own metapackage installs now. `image` is the name of this metapackage
 * (linux-image-FLAVOUR).
 */
interface ArchiveKernel {
  readonly image: string;
  readonly release: string;
}

/**
 * Checks a metapackage that depends on the modules for the newest kernel. Simulates an upgrade of a machine with an
 * older kernel. The upgrade must install the newest kernel, its modules and the new version of the metapackage.
 */
async function checkTogether(
  root: AptRoot,
  meta: PublishedPackage,
  modules: PublishedPackage,
  { image, release }: ArchiveKernel,
): Promise<Found> {
  const { architecture } = meta;
  const old = { version: '0~', architecture };
  const machine = [
    { ...old, name: image, provides: 'linux-latest-modules-0' },
    { ...old, name: meta.name },
  ];
  const result = await simulate(root, machine, ['upgrade', '--with-new-pkgs']);
  const missing = [image, meta.name, modules.name].filter(
    (name) => !result.installs.includes(name),
  );
  const faults = upgradeFaults(result, missing);
  if (faults === '') {
    return {
      check: 'upgrade',
      level: 'ok',
      message: `installs ${release} and its modules together`,
    };
  }
  const message = `an upgrade from an older kernel ${faults}`;
  return { check: 'upgrade', level: 'error', message, output: result.output };
}

/**
 * Checks a metapackage without modules for the newest kernel. Simulates an upgrade. With the kind lockstep it must hold
 * the kernel back; with other kinds it installs the kernel.
 */
async function checkBehind(
  root: AptRoot,
  meta: PublishedPackage,
  modules: PublishedPackage,
  { image, release }: ArchiveKernel,
  installed: InstalledPackage,
): Promise<Found> {
  const { architecture } = meta;
  const known = debianRelease(modules.kernelRelease);
  const machine: InstalledPackage[] = [
    installed,
    { name: modules.name, version: modules.version, architecture },
    { name: meta.name, version: meta.version, architecture, depends: meta.depends },
  ];
  const result = await simulate(root, machine, ['upgrade', '--with-new-pkgs']);
  const holds = !result.installs.includes(image);
  const shouldHold = meta.depends.includes(`linux-latest-modules-${known}`);
  const faults = upgradeFaults(result);
  if (faults !== '') {
    const message = `an upgrade without modules for ${release} ${faults}`;
    return { check: 'upgrade', level: 'error', message, output: result.output };
  }
  const message = holds
    ? `holds ${image} back at ${known}`
    : `installs ${release} without modules for it`;
  return holds === shouldHold
    ? { check: 'upgrade', level: 'ok', message }
    : { check: 'upgrade', level: 'error', message, output: result.output };
}

/** Returns the kernel that linux-image-FLAVOUR depends on. Undefined if the sources have no such package. */
async function newestKernel(root: AptRoot, flavour: string): Promise<ArchiveKernel | undefined> {
  const image = `linux-image-${flavour}`;
  const { stdout } = await runApt(root, 'apt-cache', ['show', '--no-all-versions', image], {
    accept: [0, 100],
  });
  const depends = /^Depends: (.*)$/m.exec(stdout)?.[1] ?? '';
  const release = /(?:^|[ ,])linux-image-(?:unsigned-)?(\d[^\s,(]*)/.exec(depends)?.[1];
  return release === undefined ? undefined : { image, release };
}
