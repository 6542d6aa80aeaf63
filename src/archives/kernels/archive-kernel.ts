import { parseRelations, type Relation } from '../../debian/relations.ts';
import { compareVersions } from '../../debian/version.ts';
import { flavourOf } from '../../kernel/flavour.ts';
import { baseSuite } from '../apt/suite-source.ts';
import { type ArchivePackage, HEADER_PACKAGE } from './archive-package.ts';

/** A kernel for which an archive has headers. */
export interface ArchiveKernel {
  /** `uname -r` of the kernel. Undefined if only the contents of the package show it, as with Armbian. */
  readonly release: string | undefined;
  /** The headers package. */
  readonly package: ArchivePackage;
  /** All packages that have files of the headers. The headers package is the first. */
  readonly parts: readonly ArchivePackage[];
  /** Names of packages that the headers depend on, but that are not in any list. */
  readonly missing: readonly string[];
  readonly version: string;
  readonly architecture: string;
  /**
   * The X of the metapackage linux-headers-X that depends on these headers. Without such a metapackage, the flavour
   * in the release.
   */
  readonly flavour: string;
  /** The compiler of the kernel, such as `gcc-14` or `clang-19`. Undefined if no package relation names it. */
  readonly compiler: string | undefined;
  /** The version of libc6 that the programs of kbuild need. Undefined if no package relation names it. */
  readonly libc: string | undefined;
  /** The suites that have the kernel. */
  readonly suites: readonly string[];
  /** The codename of the release whose compiler builds the kernel: trixie for trixie-backports. */
  readonly base: string;
  /** The sum of the sizes of all parts, in bytes. */
  readonly size: number;
}

/**
 * Returns the kernels among the packages of some lists. Metapackages are recognized by their relations, because
 * their names can look like those of kernels: linux-headers-6.12-amd64 of bookworm depends only on the headers of
 * one kernel (and on linux-base), so it is a metapackage; linux-headers-7.3-amd64 of experimental is the headers
 * package of a kernel. `host` is the architecture of this machine: its linux-kbuild is used for kernels of every
 * architecture.
 */
export function kernelsOf(packages: readonly ArchivePackage[], host: string): ArchiveKernel[] {
  const byName = new Map<string, ArchivePackage[]>();
  for (const one of packages) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  const headers = packages.filter(({ name }) => /headers/.test(name));
  const metas = headers.filter((one) => metaTarget(one, byName) !== undefined);
  const isMeta = new Set(metas);
  const commons = new Set(
    headers
      .filter((one) => !isMeta.has(one))
      .flatMap((one) => wordsOf(one.depends).map(({ name }) => name))
      .filter((name) => /headers/.test(name)),
  );
  const kernels = headers
    .filter((one) => !isMeta.has(one) && !commons.has(one.name) && one.architecture !== 'all')
    .map((one) => describeKernel(one, { byName, metas, host }));
  return merged(kernels);
}

interface Context {
  readonly byName: ReadonlyMap<string, readonly ArchivePackage[]>;
  readonly metas: readonly ArchivePackage[];
  readonly host: string;
}

/** Returns the first alternative of each relation. */
function wordsOf(relations: string): Relation[] {
  return parseRelations(relations).flatMap((alternatives) => alternatives.slice(0, 1));
}

/**
 * Returns the name of the headers package that a metapackage depends on. Returns undefined if the package is not a
 * metapackage, because it depends on something else, too.
 */
function metaTarget(
  own: ArchivePackage,
  byName: ReadonlyMap<string, readonly ArchivePackage[]>,
  steps = 3,
): string | undefined {
  const { depends, architecture } = own;
  const words = wordsOf(depends).map(({ name }) => name);
  const headers = words.filter((name) => /headers/.test(name));
  const others = words.filter((name) => !/headers/.test(name) && !/^linux-base-/.test(name));
  const [target, second] = headers;
  if (target === undefined || second !== undefined || others.length > 0) return undefined;
  const found = (byName.get(target) ?? []).filter((one) => one !== own);
  // A package for all architectures, such as Ubuntu's linux-headers-ABI, has no kernel of its own. The target may
  // be such a package only if that is a metapackage, too.
  const leads = found.some((one) =>
    one.architecture === 'all'
      ? steps > 0 && metaTarget(one, byName, steps - 1) !== undefined
      : architecture === 'all' || one.architecture === architecture,
  );
  return found.length === 0 || leads ? target : undefined;
}

const COMPILER = /^(?:linux-compiler-)?(gcc|clang)-(\d+)(?:-|$)/;

function describeKernel(own: ArchivePackage, context: Context): ArchiveKernel {
  const { parts, missing, words } = partsOf(own, context);
  const release = releaseOf(own);
  const compiler = words.map((name) => COMPILER.exec(name)).find((match) => match !== null);
  const kbuild = parts.find(({ name }) => name.startsWith('linux-kbuild'));
  const libc = wordsOf(kbuild?.depends ?? own.depends).find(({ name }) => name === 'libc6')?.version
    ?.version;
  const meta = context.metas
    .filter(
      (one) =>
        one.architecture === own.architecture && metaTarget(one, context.byName) === own.name,
    )
    .map(({ name }) => name.replace(/^.*?headers-/, ''))
    .sort((a, b) => a.length - b.length)[0];
  const suite = own.index.codename;
  return {
    release,
    package: own,
    parts,
    missing,
    version: own.version,
    architecture: own.architecture,
    flavour:
      meta ?? (release === undefined ? own.name.replace(/^.*?headers-/, '') : flavourOf(release)),
    compiler: compiler ? `${compiler[1]}-${compiler[2]}` : undefined,
    libc,
    suites: [suite],
    base: baseSuite(suite),
    size: parts.reduce((sum, { size }) => sum + size, 0),
  };
}

/**
 * Returns the headers package and its dependencies with files of the headers: -common, linux-kbuild-*,
 * linux-base-*. Also returns the dependencies that are missing, and the names of all dependencies.
 */
function partsOf(own: ArchivePackage, { byName, host }: Context) {
  const parts = [own];
  const missing: string[] = [];
  const words: string[] = [];
  const seen = new Set([own.name]);
  for (const part of parts) {
    for (const { name, version } of wordsOf(part.depends)) {
      words.push(name);
      if (seen.has(name) || name === 'linux-base' || !HEADER_PACKAGE.test(name)) continue;
      seen.add(name);
      const wanted = /^linux-(?:kbuild|compiler)-/.test(name) ? [host] : [own.architecture, 'all'];
      const fits = (byName.get(name) ?? []).filter(
        (one) =>
          (wanted.includes(one.architecture) || one.architecture === 'all') &&
          fulfils(one.version, version),
      );
      const found = newest(fits);
      if (found !== undefined) parts.push(found);
      else if (!name.startsWith('linux-compiler-')) missing.push(name);
    }
  }
  const files = parts.filter(({ name }) => !name.startsWith('linux-compiler-'));
  return { parts: files, missing, words };
}

function fulfils(version: string, wanted: Relation['version']): boolean {
  if (wanted === undefined) return true;
  const order = compareVersions(version, wanted.version);
  const { operator } = wanted;
  if (operator === '=') return order === 0;
  if (operator === '>=') return order >= 0;
  if (operator === '<=') return order <= 0;
  return operator === '>>' ? order > 0 : order < 0;
}

function newest(packages: readonly ArchivePackage[]): ArchivePackage | undefined {
  return [...packages].sort((a, b) => compareVersions(b.version, a.version))[0];
}

/**
 * Returns the release that the name of a headers package contains, else the release in its description. Returns
 * undefined if neither contains one.
 */
function releaseOf({ name, synopsis }: ArchivePackage): string | undefined {
  const [, named] = /headers-(\d+\.\d+\S*)$/.exec(name) ?? [];
  if (named !== undefined) return named;
  return /\b(\d+\.\d+\.\d+-[a-z][\w.+~-]*)/.exec(synopsis)?.[1];
}

/** Makes one kernel of a package that is in several suites. Two versions of the same release stay two kernels. */
function merged(kernels: readonly ArchiveKernel[]): ArchiveKernel[] {
  const found = new Map<string, ArchiveKernel>();
  for (const kernel of kernels) {
    const { name, version, architecture, sha256 } = kernel.package;
    const key = `${kernel.base} ${name} ${version} ${architecture} ${sha256}`;
    const known = found.get(key);
    const suites = [...new Set([...(known?.suites ?? []), ...kernel.suites])];
    found.set(key, { ...(known ?? kernel), suites });
  }
  return [...found.values()];
}

/** A kernel in the index of a store. Its days are in UTC, in the form 2026-11-27. */
export interface StoredKernel extends ArchiveKernel {
  readonly firstSeen: string;
  readonly lastSeen: string;
}
