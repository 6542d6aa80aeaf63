import { spdxToDep5 } from '../../debian/spdx.ts';
import type { Driver } from '../../driver/read-driver.ts';
import { formatHolder, type Holder, mergeHolders } from '../../facts/licence/copyright-holders.ts';

export const UNKNOWN_LICENSE = 'FIXME';

/** A Files stanza: paths or `folder/*` whose files have the same licence and the same holders. */
export interface CopyrightGroup {
  readonly paths: readonly string[];
  readonly copyright: readonly string[];
  readonly license: string;
}

/**
 * If grouping by licence and holders gives more than this number of stanzas, the files are grouped only by licence.
 * Each stanza then has all holders of its files.
 */
const MAXIMUM_STANZAS = 25;

/**
 * Matches files of version control, which dpkg-source leaves out of a source package (Dpkg::Source::Package,
 * tar_ignore_default).
 */
const NOT_IN_SOURCE =
  /(?:^|\/)(?:\.git(?:attributes|ignore|modules|review)?|\.hg(?:ignore|sigs|tags)?|\.bzr(?:ignore|\.backup|\.tags)?|\.(?:cvsignore|svn|be|deps|shelf|mailmap|mtn-ignore)|\.arch-(?:ids|inventory)|RCS|CVS|DEADJOE|_MTN|_darcs|\{arch\})(?:\/|$)/;

interface Stated {
  readonly path: string;
  readonly license: string;
  readonly holders: readonly Holder[];
}

/**
 * Groups the files of a driver by licence and holders. The largest group with the main licence is returned as `main`,
 * with the pattern `*`. The other groups have paths.
 */
export function copyrightGroups(driver: Driver): {
  main: CopyrightGroup;
  others: CopyrightGroup[];
} {
  const license = licenseName(driver.licence.main?.value);
  const stated = statedFiles(driver, license);
  let groups = groupBy(stated, (file) => `${file.license}\n${namesOf(file).join('\n')}`);
  if (groups.length > MAXIMUM_STANZAS) groups = groupBy(stated, (file) => file.license);
  const ofMain = groups.filter(([first]) => first?.license === license);
  const largest = [...ofMain].sort((a, b) => weight(b, driver.built) - weight(a, driver.built))[0];
  const holders = mergeHolders((largest ?? []).flatMap((file) => file.holders));
  const copyright = holders.length > 0 ? holders.map(formatHolder) : authorsOf(driver);
  const others = groups
    .filter((group) => group !== largest)
    .map((group): CopyrightGroup => {
      const own = mergeHolders(group.flatMap((file) => file.holders)).map(formatHolder);
      return {
        paths: foldersOf(group, stated),
        copyright: own.length > 0 ? own : copyright,
        license: group[0]?.license ?? license,
      };
    })
    // A group with the main licence and the main holders needs no stanza, because the pattern `*` matches its files.
    .filter((group) => group.license !== license || group.copyright !== copyright);
  return { main: { paths: ['*'], copyright, license }, others };
}

export function licenseName(spdx: string | undefined): string {
  return (spdx === undefined ? undefined : spdxToDep5(spdx)) ?? UNKNOWN_LICENSE;
}

function statedFiles(driver: Driver, license: string): Stated[] {
  const { licence, copyrights } = driver;
  const paths = new Set([...licence.files.keys(), ...copyrights.files.keys()]);
  return (
    driver.sources.files
      .filter(({ path, kind }) => paths.has(path) && kind !== 'readme' && !NOT_IN_SOURCE.test(path))
      // A licence file that names no holder of this driver needs no stanza.
      .filter(
        ({ kind, path }) => kind !== 'licence' || (copyrights.files.get(path)?.length ?? 0) > 0,
      )
      .map(({ path }) => {
        const own = licence.files.get(path);
        // A file without a copyright notice gets the holders in the licence text of its folder.
        const holders =
          copyrights.files.get(path) ?? copyrights.files.get(own?.folderText ?? '') ?? [];
        return { path, license: own === undefined ? license : licenseName(own.value), holders };
      })
  );
}

/**
 * Returns a number by which groups are compared. A group with holders has a larger number than a group without holders.
 * Among other groups, the number of files that are built decides, and then the number of all files.
 */
function weight(group: readonly Stated[], built: ReadonlySet<string>): number {
  const named = group.some(({ holders }) => holders.length > 0) ? 1e12 : 0;
  return named + 1e6 * group.filter(({ path }) => built.has(path)).length + group.length;
}

function namesOf({ holders }: Stated): string[] {
  return holders.map(({ name }) => name.toLowerCase().replace(/\s*<.*/, '')).sort();
}

function groupBy(files: readonly Stated[], key: (file: Stated) => string): Stated[][] {
  const groups = new Map<string, Stated[]>();
  for (const file of files) {
    const group = groups.get(key(file));
    if (group === undefined) groups.set(key(file), [file]);
    else group.push(file);
  }
  return [...groups.values()];
}

/**
 * Returns the paths of a group. `all` are the files that state a licence or a holder. If a folder with its subfolders
 * has several files of `all`, and all of them are in this group, `folder/*` is returned instead of their paths. It is
 * the outermost such folder. A folder with a blank, `*`, `?` or `\` in its path is not used, because these have a
 * meaning in debian/copyright.
 */
function foldersOf(group: readonly Stated[], all: readonly Stated[]): string[] {
  const members = new Set(group.map(({ path }) => path));
  const whole = (folder: string) => {
    const below = all.filter(({ path }) => path.startsWith(`${folder}/`));
    return below.length > 1 && below.every(({ path }) => members.has(path));
  };
  const cache = new Map<string, boolean>();
  const covered = new Set<string>();
  for (const { path } of group) {
    const parts = path.split('/');
    let chosen = path;
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/');
      const known = cache.get(folder) ?? whole(folder);
      cache.set(folder, known);
      if (!known || /[\\*?\s]/.test(folder)) continue;
      chosen = `${folder}/*`;
      break;
    }
    covered.add(chosen);
  }
  return [...covered];
}

/** Returns the different values of MODULE_AUTHOR in all sources of the tree. */
function authorsOf(driver: Driver): string[] {
  const authors = driver.statements
    .filter(({ macro }) => macro === 'AUTHOR')
    .map(({ value }) => value);
  return [...new Set(authors)];
}
