import { holds } from '../../debian/relations.ts';
import { compareVersions } from '../../debian/version.ts';
import { flavourOf } from '../../kernel/flavour.ts';
import { appendTo } from '../../system/text/append-to.ts';
import { baseSuite } from '../apt/suite-source.ts';
import { type ArchivePackage, HEADER_PACKAGE } from './archive-package.ts';
import { metasByTarget, metasOf, type PackagesByName } from './metapackages.ts';
import { wordsOf } from './package-relations.ts';

/** A kernel for which an archive has headers. */
export interface ArchiveKernel {
  /** `uname -r` of the kernel. Undefined if only the contents of the package show it, as with Armbian. */
  readonly release: string | undefined;
  /** The headers package. */
  readonly package: ArchivePackage;
  /** All packages that have files of the headers. The headers package is the first. */
  readonly parts: readonly ArchivePackage[];
  /** Names of headers packages that the headers depend on, but that no list has in a version that fits. */
  readonly missing: readonly string[];
  readonly version: string;
  readonly architecture: string;
  /**
   * The X of the metapackage linux-headers-X that depends on these headers, else the flavour of another kernel of the
   * same kind (withFlavours), else the flavour at the end of the release (plainFlavour).
   */
  readonly flavour: string;
  /** The metapackages that lead to this kernel's headers (metasOf), shortest name first. */
  readonly metapackages: readonly string[];
  /** The compiler, such as `gcc-14` or `clang-19`. Undefined if no relation of the packages names a compiler. */
  readonly compiler: string | undefined;
  /** The version of libc6 that kbuild's programs need. Undefined if no relation names a version. */
  readonly libc: string | undefined;
  /** The suites that have the kernel. */
  readonly suites: readonly string[];
  /** The codename of the release whose compiler builds the kernel: trixie for trixie-backports. */
  readonly base: string;
  /** The lists that have the kernel, as they were when it was last seen. */
  readonly lists: readonly ListedIn[];
  /** The sum of the sizes of all parts, in bytes. */
  readonly size: number;
}

/** A suite that lists a kernel. */
export interface ListedIn {
  readonly suite: string;
  /** The sha256 of InRelease, else of Release. Null if the suite has neither, or for a kernel of a plan. */
  readonly inReleaseSha256: string | null;
}

/**
 * Returns the kernels among the packages of some lists. Metapackages are recognized by their relations, because
 * their names can look like those of kernels: linux-headers-6.12-amd64 of bookworm depends only on the headers of
 * one kernel (and on linux-base-*), so it is a metapackage; linux-headers-7.3-amd64 of experimental is the headers
 * package of a kernel. `host` is the architecture of this machine: its linux-kbuild is used for kernels of every
 * architecture.
 */
export function kernelsOf(packages: readonly ArchivePackage[], host: string): ArchiveKernel[] {
  const byName = new Map<string, ArchivePackage[]>();
  for (const one of packages) appendTo(byName, one.name, one);
  const headers = packages.filter(({ name }) => /headers/.test(name));
  const metas = metasByTarget(headers, byName);
  const isMeta = new Set([...metas.values()].flat());
  const commons = new Set(
    headers
      .filter((one) => !isMeta.has(one))
      .flatMap((one) => wordsOf(one.depends).map(({ name }) => name))
      .filter((name) => /headers/.test(name)),
  );
  const kernels = headers
    .filter((one) => !isMeta.has(one) && !commons.has(one.name) && one.architecture !== 'all')
    .map((one) => describeKernel(one, { byName, metas, host }));
  return merged(withFlavours(kernels));
}

/** Returns the end of a package's name after `headers-`: amd64 for linux-headers-amd64. */
function endOf(name: string): string {
  return name.replace(/^.*?headers-/, '');
}

/** Returns the flavour in the release. If the release is unknown, returns the end of the package's name. */
function plainFlavour({ name }: ArchivePackage, release: string | undefined): string {
  return release === undefined ? endOf(name) : flavourOf(release);
}

/**
 * Returns the flavour after which the metapackages of a kernel are named. Of several flavours (Ubuntu has
 * linux-headers-generic, -virtual and -kvm for one kernel), returns the flavour of the release, else the shortest that
 * begins or ends with it (generic-hwe-24.04, 6.12-amd64), else the shortest. Metapackages for all architectures do not
 * count: they are named after a series of kernels (proxmox-headers-6.14). Returns undefined without metapackages.
 */
function flavourOfMetas(
  own: ArchivePackage,
  release: string | undefined,
  metas: readonly ArchivePackage[],
): string | undefined {
  const plain = plainFlavour(own, release);
  const names = metas
    .filter((one) => one.architecture === own.architecture)
    .map(({ name }) => endOf(name))
    .sort((a, b) => a.length - b.length);
  const alike = (name: string) => name.startsWith(`${plain}-`) || name.endsWith(`-${plain}`);
  return names.find((name) => name === plain) ?? names.find(alike) ?? names[0];
}

/**
 * Gives kernels without metapackages the flavour of the newest kernel of the same kind that has metapackages, because
 * metapackages depend only on the newest kernel. Kernels of one kind have the same base, architecture, source package,
 * and flavour in the release. bookworm's source packages linux and linux-6.12 both have kernels with the flavour amd64.
 */
function withFlavours(kernels: readonly ArchiveKernel[]): ArchiveKernel[] {
  const kindOf = ({ package: own, release, base }: ArchiveKernel) =>
    `${base} ${own.architecture} ${own.source} ${plainFlavour(own, release)}`;
  const isNamed = ({ metapackages }: ArchiveKernel) => metapackages.length > 0;
  const named = new Map<string, ArchiveKernel>();
  for (const kernel of kernels.filter(isNamed)) {
    const known = named.get(kindOf(kernel));
    if (known === undefined || compareVersions(kernel.version, known.version) > 0) {
      named.set(kindOf(kernel), kernel);
    }
  }
  return kernels.map((kernel) => {
    const flavour = named.get(kindOf(kernel))?.flavour;
    return isNamed(kernel) || flavour === undefined ? kernel : { ...kernel, flavour };
  });
}

interface Context {
  readonly byName: PackagesByName;
  /** The metapackages, by the headers packages that they depend on. */
  readonly metas: PackagesByName;
  readonly host: string;
}

const COMPILER = /^(?:linux-compiler-)?(gcc|clang)-(\d+)(?:-|$)/;

function describeKernel(own: ArchivePackage, context: Context): ArchiveKernel {
  const { parts, missing, words } = partsOf(own, context);
  const release = releaseOf(own);
  const compiler = words.map((name) => COMPILER.exec(name)).find((match) => match !== null);
  const kbuild = parts.find(({ name }) => name.startsWith('linux-kbuild'));
  const libc = wordsOf(kbuild?.depends ?? own.depends).find(({ name }) => name === 'libc6')?.version
    ?.version;
  const metas = metasOf(own, context.metas).sort((a, b) => a.name.length - b.name.length);
  const { suite, codename } = own.index;
  return {
    release,
    package: own,
    parts,
    missing,
    version: own.version,
    architecture: own.architecture,
    flavour: flavourOfMetas(own, release, metas) ?? plainFlavour(own, release),
    metapackages: [...new Set(metas.map(({ name }) => name))],
    compiler: compiler ? `${compiler[1]}-${compiler[2]}` : undefined,
    libc,
    suites: [suite],
    base: baseSuite(codename),
    lists: [{ suite, inReleaseSha256: own.index.inReleaseSha256 }],
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
          holds(one.version, version),
      );
      const found = closest(own, fits);
      if (found !== undefined) parts.push(found);
      else if (!name.startsWith('linux-compiler-')) missing.push(name);
    }
  }
  const files = parts.filter(({ name }) => !name.startsWith('linux-compiler-'));
  return { parts: files, missing, words };
}

/**
 * Chooses the package for `own` among packages of one name. A package of the same Debian or Ubuntu release comes first,
 * then one with the same version, then the newest one. Returns undefined if `packages` is empty.
 */
function closest(
  own: ArchivePackage,
  packages: readonly ArchivePackage[],
): ArchivePackage | undefined {
  const base = ({ index }: ArchivePackage) => baseSuite(index.codename);
  const rank = (one: ArchivePackage) =>
    (base(one) === base(own) ? 2 : 0) + (one.version === own.version ? 1 : 0);
  return [...packages].sort(
    (a, b) => rank(b) - rank(a) || compareVersions(b.version, a.version),
  )[0];
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

/**
 * Returns the key of a kernel in the index. The release alone does not identify a kernel: Ubuntu uses the same
 * release in two series, and a kernel may be built again with the same release.
 */
export function keyOf({
  base,
  package: { name, version, architecture, sha256 },
}: ArchiveKernel): string {
  return `${base} ${name} ${version} ${architecture} ${sha256}`;
}

/** Merges the kernels of one package in several suites. Two versions of the same release stay two kernels. */
function merged(kernels: readonly ArchiveKernel[]): ArchiveKernel[] {
  const found = new Map<string, ArchiveKernel>();
  for (const kernel of kernels) {
    const key = keyOf(kernel);
    const known = found.get(key);
    const suites = [...new Set([...(known?.suites ?? []), ...kernel.suites])];
    const lists = [...(known?.lists ?? []), ...kernel.lists].filter(
      ({ suite }, at, all) => all.findIndex((one) => one.suite === suite) === at,
    );
    const metas = new Set([...(known?.metapackages ?? []), ...kernel.metapackages]);
    const metapackages = [...metas].sort((a, b) => a.length - b.length);
    found.set(key, { ...(known ?? kernel), suites, lists, metapackages });
  }
  return [...found.values()];
}

/** A kernel in the index of a store. Its days are in UTC, in the form 2026-11-27. */
export interface StoredKernel extends ArchiveKernel {
  readonly firstSeen: string;
  readonly lastSeen: string;
}
