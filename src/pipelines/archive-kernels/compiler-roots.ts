import { type AptRoot, prepareAptRoot, runApt } from '../../archives/apt/apt-root.ts';
import type { AptSource } from '../../archives/apt/apt-source.ts';
import type { MachineApt } from '../../archives/apt/machine-apt.ts';
import { baseSuite, findSuiteSource, sourceOfSuite } from '../../archives/apt/suite-source.ts';
import { type UpdateChoice, updateLists } from '../../archives/apt/update-lists.ts';
import type { Reporter } from '../../report/reporter.ts';
import { readOsRelease, valueInOsRelease } from '../../system/files/os-release.ts';

/** The sources of apt that a run uses. */
export interface RunSources {
  /** The sources of the suites that --suite names. */
  readonly named: readonly AptSource[];
  /** The sources that are in the files that --sources names. */
  readonly others: readonly AptSource[];
  /** The sources of the machine's apt. */
  readonly machine: readonly AptSource[];
  readonly apt: MachineApt;
  /** The architecture of this machine. */
  readonly host: string;
  /** The directory of all apt roots. */
  readonly roots: string;
}

/**
 * Returns a function that finds the apt root with the compiler for kernels of a codename. Kernels of backports and
 * security are compiled with the compiler of their release. For an archive that --sources names, the compiler comes
 * from the sources of the run. If these sources have no compilers (Proxmox, Raspberry Pi OS, Armbian), the compiler
 * comes from the release of Debian or Ubuntu to which the archive belongs; if the machine has no source for this
 * release, from the machine's own release. `root` has the package lists of all sources of the run. Each root is made
 * once.
 */
export function compilerRoots(
  sources: RunSources,
  root: AptRoot,
  choice: UpdateChoice,
  reporter: Reporter,
): (base: string) => Promise<AptRoot> {
  const { named, others, machine, apt, host, roots } = sources;
  const bases = new Set(named.flatMap(({ suites }) => suites.map(baseSuite)));
  const made = new Map<string, Promise<AptRoot>>();
  const make = async (base: string): Promise<AptRoot> => {
    let found: readonly AptSource[];
    if (bases.has(base)) found = [sourceOfSuite(base, machine)];
    else if (await hasCompilers(root)) return root;
    else found = await sourcesOfRelease(base, machine);
    if (found.length === 0) return root;
    const own = await prepareAptRoot(roots, [...found, ...others], [host], apt);
    await updateLists(own, choice, reporter);
    return own;
  };
  return (base) => {
    const known = made.get(base) ?? make(base);
    made.set(base, known);
    return known;
  };
}

/** Whether the package lists of an apt root have any compiler. */
async function hasCompilers(root: AptRoot): Promise<boolean> {
  const { stdout } = await runApt(root, 'apt-cache', ['pkgnames', 'gcc-'], { accept: [0, 100] });
  return /^gcc-\d+(?!-base|\d)/m.test(stdout);
}

/**
 * Returns the machine's sources for a release. If the machine's apt does not know the release, because the archive has
 * a codename of its own, returns the sources for the machine's release. Returns none if the machine's release is
 * unknown, too.
 */
async function sourcesOfRelease(
  base: string,
  machine: readonly AptSource[],
): Promise<readonly AptSource[]> {
  const found = findSuiteSource(base, machine);
  if (found !== undefined) return [found];
  const own = valueInOsRelease(readOsRelease() ?? '', 'VERSION_CODENAME');
  const ours = own ? findSuiteSource(own, machine) : undefined;
  return ours === undefined ? [] : [ours];
}
